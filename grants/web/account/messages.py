"""What Flask-Security says, in French: its own translations would need one more library."""

#: By its key: text, and the kind of notice.
MESSAGES = {
    "API_ERROR": ("La demande n’a pas pu être lue.", "error"),
    "GENERIC_AUTHN_FAILED": (
        "Adresse ou mot de passe incorrect. Huit échecs ferment un compte quinze minutes.",
        "error",
    ),
    "EMAIL_NOT_PROVIDED": ("Indiquez votre adresse électronique.", "error"),
    "INVALID_EMAIL_ADDRESS": (
        "Écrivez une adresse électronique, par exemple « prenom.nom@organisme.fr ».",
        "error",
    ),
    "PASSWORD_NOT_PROVIDED": ("Indiquez un mot de passe.", "error"),
    "INVALID_PASSWORD": ("Mot de passe incorrect.", "error"),
    "RETYPE_PASSWORD_MISMATCH": ("Les deux mots de passe diffèrent.", "error"),
    "PASSWORD_IS_THE_SAME": ("Choisissez un mot de passe différent de l’ancien.", "error"),
    "PASSWORD_CHANGE": (
        "Votre mot de passe est changé ; vos autres sessions sont fermées.",
        "success",
    ),
    "PASSWORD_RESET_REQUEST": (
        "Si un compte a cette adresse, un courriel vient d’y partir. Son lien vaut deux heures.",
        "information",
    ),
    "PASSWORD_RESET_NO_LOGIN": (
        "Votre mot de passe est changé. Connectez-vous avec le nouveau.",
        "success",
    ),
    "PASSWORD_RESET_EXPIRED": ("Ce lien n’est plus valable : demandez-en un autre.", "error"),
    "INVALID_RESET_PASSWORD_TOKEN": (
        "Ce lien n’est plus valable : demandez-en un autre.",
        "error",
    ),
    "INVALID_REDIRECT": ("Cette adresse ne mène pas à une page du site.", "error"),
    "UNAUTHENTICATED": ("Connectez-vous pour continuer.", "information"),
    "REAUTHENTICATION_REQUIRED": (
        "Cette page touche à la sécurité de votre compte : redonnez votre mot de passe.",
        "information",
    ),
    "REAUTHENTICATION_SUCCESSFUL": ("Merci, c’est bien vous.", "success"),
    "TWO_FACTOR_INVALID_TOKEN": (
        "Ce code n’est pas le bon. Chaque code sert une fois : attendez le suivant.",
        "error",
    ),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": ("Vous êtes connecté.", "success"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
        "La double authentification est en place. Gardez maintenant des codes de secours.",
        "success",
    ),
    "TWO_FACTOR_PERMISSION_DENIED": (
        "Donnez d’abord votre adresse et votre mot de passe.",
        "information",
    ),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": ("Ce choix n’est pas possible.", "error"),
    "TWO_FACTOR_DISABLED": ("La double authentification est retirée de votre compte.", "success"),
    "INVALID_RECOVERY_CODE": (
        "Ce code de secours n’est pas valable, ou a déjà servi.",
        "error",
    ),
    "NO_RECOVERY_CODES_SETUP": ("Vous n’avez plus de code de secours.", "information"),
    "ANONYMOUS_USER_REQUIRED": ("Vous êtes déjà connecté.", "information"),
    "DISABLED_ACCOUNT": ("Ce compte est fermé.", "error"),
    "USER_DOES_NOT_EXIST": ("Aucun compte pour cette adresse.", "error"),
}
