"""The codes of sites, in one table. A code keeps its meaning for good: users filter by them."""

CODES = {
    "KS101": "the call is native",
    "KS102": "the call is native, its result keeps the old shape",
    "KS103": "the constructor is native",
    "KS104": "the session text is native",
    "KS105": "the call is native, its arguments are translated at run time",
    "KS201": "this use keeps its client on the facade",
    "KS202": "the client stays on the facade because of another use of it",
    "KS203": "the class itself is used otherwise than by a call; it stays on the facade",
    "KS301": "a text names the old package; look at it by hand",
    "KS302": "a comment names the old package; look at it by hand",
    "KS901": "the file cannot be read",
    "KS902": "the file does not parse",
    "KS903": "the file does not survive a parse and print unchanged",
    "KS904": "the file is a symbolic link",
}
"""1xx: rewritten. 2xx: on the facade. 3xx: flagged. 9xx: files left alone."""

NATIVE, BRIDGED, CONSTRUCTOR, SESSION_TEXT, AT_RUN_TIME = "KS101", "KS102", "KS103", "KS104", "KS105"
HOLDING, HELD, CLASS_USE = "KS201", "KS202", "KS203"
TEXT, COMMENT = "KS301", "KS302"
UNREADABLE, UNPARSED, NOT_PRINTED, LINK = "KS901", "KS902", "KS903", "KS904"
