"""State services in charge of housing and social policies, and the national agency.

Sources:
- décret n° 2009-1484 of 3 December 2009: DDCS, DDCSPP, DDT and DDTM, on 1 January 2010, on
  1 July 2010 in Île-de-France;
- décret n° 2009-1540 of 10 December 2009: DRJSCS, on the same days, and overseas (DJSCS) on
  1 January 2011; décret n° 2015-1867 of 30 December 2015: DRDJSCS, on 1 January 2016;
- décret n° 2020-1545 of 9 December 2020: DDETS, DDETS-PP and DREETS, on 1 April 2021.

« Unverified » marks what was not read in a text.
"""

from typing import Final

from grants.reference.bodies.successions import ServiceKind, each, named

_DDCS = named("2010-01-01", "DDCS", "Direction départementale de la cohésion sociale")
_DDCSPP = named(
    "2010-01-01",
    "DDCSPP",
    "Direction départementale de la cohésion sociale et de la protection des populations",
)
_DDETS = named(
    "2021-04-01", "DDETS", "Direction départementale de l’emploi, du travail et des solidarités"
)
_DDETS_PP = named(
    "2021-04-01",
    "DDETS-PP",
    "Direction départementale de l’emploi, du travail, des solidarités "
    "et de la protection des populations",
)
_DDD = named(  # the DDCS of a regional seat became part of the DRDJSCS
    "2016-01-01",
    "DDD",
    "Direction départementale déléguée de la direction régionale et départementale "
    "de la jeunesse, des sports et de la cohésion sociale",
)
_DJSCS = named(
    "2011-01-01", "DJSCS", "Direction de la jeunesse, des sports et de la cohésion sociale"
)
_DEETS = named(
    "2021-04-01", "DEETS", "Direction de l’économie, de l’emploi, du travail et des solidarités"
)
_DGCOPOP = named(  # unverified: day and name
    "2020-01-01", "DGCOPOP", "Direction générale de la cohésion et des populations"
)
_UD_DRIEETS = named(  # unverified: name
    "2021-04-01",
    "UD DRIEETS",
    "Unité départementale de la direction régionale et interdépartementale de l’économie, "
    "de l’emploi, du travail et des solidarités",
)

_DDT = named("2010-01-01", "DDT", "Direction départementale des territoires")
_DDTM = named("2010-01-01", "DDTM", "Direction départementale des territoires et de la mer")
_UDHL = named(  # unverified: name
    "2010-07-01",
    "UDHL",
    "Unité départementale de la direction régionale et interdépartementale de l’hébergement "
    "et du logement",
)
_DEAL = named(  # unverified: day
    "2011-01-01", "DEAL", "Direction de l’environnement, de l’aménagement et du logement"
)
_DGTM = named(  # unverified: day
    "2020-01-01", "DGTM", "Direction générale des territoires et de la mer"
)

_DREAL = named(  # unverified: day; they were created one after the other in 2009 and 2010
    "2010-01-01", "DREAL", "Direction régionale de l’environnement, de l’aménagement et du logement"
)
_DRIHL = named(  # unverified: day
    "2010-07-01",
    "DRIHL",
    "Direction régionale et interdépartementale de l’hébergement et du logement",
)

_DRJSCS = named(
    "2010-01-01",
    "DRJSCS",
    "Direction régionale de la jeunesse, des sports et de la cohésion sociale",
)
_DRDJSCS = named(
    "2016-01-01",
    "DRDJSCS",
    "Direction régionale et départementale de la jeunesse, des sports et de la cohésion sociale",
)
_DRCS = named(  # unverified: that the DRDJSCS took this very name too
    "2021-01-01", "DRCS", "Direction régionale de la cohésion sociale"
)
_DREETS = named(
    "2021-04-01",
    "DREETS",
    "Direction régionale de l’économie, de l’emploi, du travail et des solidarités",
)
_DRIEETS = named(
    "2021-04-01",
    "DRIEETS",
    "Direction régionale et interdépartementale de l’économie, de l’emploi, du travail "
    "et des solidarités",
)

NATIONAL_AGENCY: Final = (
    # Décret n° 2014-394 of 31 March 2014. Unverified: day.
    named("2014-04-01", "CGET", "Commissariat général à l’égalité des territoires"),
    # Loi n° 2019-753 of 22 July 2019. Unverified: day.
    named("2020-01-01", "ANCT", "Agence nationale de la cohésion des territoires"),
)

# Overseas collectivities: none of these services.
_COLLECTIVITIES = each("975 977 978 984 986 987 988 989", ())

SERVICE_KINDS: Final = {
    # The department's service for social policies of housing.
    "ddcs": ServiceKind(
        "department",
        usual=(_DDCS, _DDETS),
        elsewhere={
            # Unverified: the list, that of the departments under 400 000 inhabitants or so.
            **each(
                "03 04 05 07 08 09 10 11 12 15 16 18 19 2A 2B 23 24 25 28 32 36 39 40 41 43 46 47 "
                "48 51 52 53 55 58 61 65 68 70 73 79 81 82 87 88 89 90",
                (_DDCSPP, _DDETS_PP),
            ),
            "35": (_DDCSPP, _DDETS),  # unverified
            # Unverified: the list, that of the seats of the regions that had a DRDJSCS.
            **each("13 21 33 44 45 67 69 76", (_DDCS, _DDD, _DDETS)),
            **each("77 78 91 95", (_DDCS.moved(2010, 7, 1), _DDETS)),
            **each("75 92 93 94", (_DDCS.moved(2010, 7, 1), _UD_DRIEETS)),
            **each("971 972 974 976", (_DJSCS, _DEETS)),
            "973": (_DJSCS, _DGCOPOP),
            **_COLLECTIVITIES,
        },
    ),
    # The department's service for housing.
    "ddt": ServiceKind(
        "department",
        usual=(_DDT,),
        elsewhere={
            # Unverified: 11, 27, 30 and 80.
            **each(
                "06 11 13 14 17 22 27 29 2A 2B 30 33 34 35 40 44 50 56 59 62 64 66 76 80 83 85",
                (_DDTM,),
            ),
            **each("77 78 91 95", (_DDT.moved(2010, 7, 1),)),
            **each("75 92 93 94", (_UDHL,)),
            **each("971 972 974 976", (_DEAL,)),
            "973": (_DEAL, _DGTM),
            **_COLLECTIVITIES,
        },
    ),
    # The region's service for housing.
    "dreal": ServiceKind(
        "region",
        usual=(_DREAL,),
        elsewhere={
            "11": (_DRIHL,),
            **each("01 02 04 06", (_DEAL,)),
            "03": (_DEAL, _DGTM),
        },
    ),
    # The region's service for social policies.
    "drjscs": ServiceKind(
        "region",
        usual=(_DRJSCS, _DRCS, _DREETS),
        elsewhere={
            "11": (_DRJSCS.moved(2010, 7, 1), _DRCS, _DRIEETS),
            # Unverified: the list.
            **each("24 27 28 44 52 75 84 93", (_DRJSCS, _DRDJSCS, _DRCS, _DREETS)),
            **each("01 02 04 06", (_DJSCS, _DEETS)),
            "03": (_DJSCS, _DGCOPOP),
        },
    ),
    "cget": ServiceKind("national", usual=NATIONAL_AGENCY, elsewhere={}),
}
