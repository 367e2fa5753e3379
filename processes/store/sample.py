"""Sample officials for an empty installation: invented people whom no letter can reach.

Every name contains "Contoh" (example). Addresses end in `.example`, which RFC 2606 keeps free.
Telephone numbers begin with +62 000, which no Indonesian network uses. Nobody has a NIP, as an
invented one could be somebody's.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.store.numbers import next_number
from processes.store.people import make_official
from processes.store.regions import head_of
from processes.store.tables import Official, Person, Region

#: regions outside Jawa Barat that get officials: partners of real cooperations
PARTNERS = ("51.03",)
#: region with one person for each role; in the others the secretary wears several hats
LARGE = "32.01"

FIRST_NAMES = (
    "Ahmad Asep Ayu Bambang Cecep Dadang Dewi Eka Endang Fitri Gede Hendra Ika Joko Kartika Lilis "
    "Made Nani Oman Putri Rahmat Siti Tatang Ujang Wayan Yayah Yusuf Zaenal"
)
LAST_NAMES = (
    "Adiputra Budiman Cahyana Darmawan Effendi Firdaus Gunawan Hidayat Irawan Jayadi Kusuma "
    "Lesmana Maulana Nugraha Permana Rahayu Santosa Takarina Utama Wijaya Yuliana Zakaria"
)

#: role -> its title, and the role of the person who holds it too in an ordinary region
ROLES = {
    "bagian_kerja_sama": ("Kepala Subbagian Kerja Sama {region}", None),
    "sekretaris_tkksd": ("Sekretaris TKKSD {region}", "kabag"),
    "ketua_tkksd": ("Ketua TKKSD {region}", "sekda"),
    "kabag": ("Kepala Bagian Pemerintahan {region}", None),
    "asisten": ("Asisten Pemerintahan dan Kesejahteraan Rakyat {region}", None),
    "sekda": ("Sekretaris Daerah {region}", None),
    "kepala_daerah": ("{head}", None),
    "sekretaris_dprd": ("Sekretaris DPRD {region}", None),
    "pelaksana": ("Kepala Dinas Pelaksana Kerja Sama {region}", None),
}


def load_sample(session: Session) -> int:
    """Give every sample region its officials when the installation has none; how many roles."""
    if session.scalar(select(Official.id).limit(1)) is not None:
        return 0
    if next_number(session, "sample") > 1:
        return 0  # another process did it while this one waited for the number
    wanted = (Region.province == "32") | Region.code.in_(PARTNERS)
    regions = session.scalars(select(Region).where(wanted).order_by(Region.code)).all()
    for number, region in enumerate(regions):
        _staff(session, region, number)
    return len(regions) * len(ROLES)


def _staff(session: Session, region: Region, number: int) -> None:
    people: dict[str, Person] = {}
    for role, (title, also) in ROLES.items():
        who = role if also is None or region.code == LARGE else also
        if who not in people:
            people[who] = _person(region, who, number * len(ROLES) + list(ROLES).index(who))
            session.add(people[who])
            session.flush()
        printed = title.format(region=region.name, head=head_of(region))
        make_official(session, region.code, role, people[who], printed)


def _person(region: Region, role: str, number: int) -> Person:
    digits = region.code.replace(".", "").ljust(4, "0")
    first = _pick(FIRST_NAMES, number)
    last = _pick(LAST_NAMES, number * 7 // 3)
    return Person(
        name=f"{first} Contoh {last}",
        email=f"{role.replace('_', '-')}.{digits}@contoh.example",
        phone=f"+62000{digits}{list(ROLES).index(role):03}",
    )


def _pick(names: str, number: int) -> str:
    choice = names.split()
    return choice[number % len(choice)]
