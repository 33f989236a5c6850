"""The codes of sites, in one table. A code keeps its meaning for good: users filter by them."""

CODES = {
    "KS101": "the call is native",
    "KS102": "the call is native, its result keeps the old shape",
    "KS103": "the constructor is native",
    "KS104": "the session text is native",
    "KS105": "the call is native, its arguments are translated at run time",
    "KS106": "the requirement names ks-compat",
    "KS107": "the class is named by its native name",
    "KS108": "the download of the old instrument file is the generated file",
    "KS109": "the method is handed on in its old form; its calls are translated at run time",
    "KS201": "this use keeps its client on the facade",
    "KS202": "the client stays on the facade because of another use of it",
    "KS203": "the class itself is used otherwise than by a call; it stays on the facade",
    "KS301": "a text names the old package; look at it by hand",
    "KS302": "a comment names the old package; look at it by hand",
    "KS303": "git ignores the file; give it by its name to have it migrated",
    "KS304": "a requirement or an installation of the old package; change it by hand",
    "KS305": "an old address of the instrument files",
    "KS306": "an address of the old API",
    "KS307": "it looks like a call of the old client, and nobody in these files says what it is called on",
    "KS901": "the file cannot be read",
    "KS902": "the file does not parse",
    "KS903": "the file does not survive a parse and print unchanged",
    "KS904": "the file is a symbolic link",
    "KS905": "the file is read-only; it is replaced, and stays read-only",
}
"""1xx: rewritten. 2xx: on the facade. 3xx: flagged. 9xx: files left alone (but KS905, which is replaced)."""

NATIVE, BRIDGED, CONSTRUCTOR, SESSION_TEXT, AT_RUN_TIME = "KS101", "KS102", "KS103", "KS104", "KS105"
REQUIREMENT, CLASS_NAME, OLD_FILE, METHOD = "KS106", "KS107", "KS108", "KS109"
HOLDING, HELD, CLASS_USE = "KS201", "KS202", "KS203"
TEXT, COMMENT, IGNORED, BY_HAND = "KS301", "KS302", "KS303", "KS304"
OLD_FILE_LEFT, OLD_ADDRESS, INJECTED = "KS305", "KS306", "KS307"
UNREADABLE, UNPARSED, NOT_PRINTED, LINK, READ_ONLY = "KS901", "KS902", "KS903", "KS904", "KS905"
