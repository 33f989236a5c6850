"""The last fall-back of the old constructor's arguments (spec/v1.md 1.4, 2.3). May be assigned before a client is made.

The settings of v2 are not here: they are ``KS_COMPAT_*`` in the environment.
"""

access_token = ""
userid = ""
consumer_key = ""
app_id = ""
ip = "127.0.0.1"
consumer_secret = ""
proxy_url = ""
proxy_user = ""
proxy_pass = ""
cacert_file = ""
"""Not used: a CA file is given to the HTTP client as ``SSL_CERT_FILE`` in the environment."""
cacert_dir = ""
"""Not used, as in the old SDK."""
broadcast_host = "https://wstreamer.kotaksecurities.com/feed"
