"""What a run tells: report, SARIF, the page of each code; never a secret."""
