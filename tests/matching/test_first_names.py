"""Whom one greets how: a first name only where it surely is one."""

from __future__ import annotations

import pytest

from carecli.matching.first_names import first_name, known_names

GREETED = {
    "Anna Nowak": "Anna",
    "ANNA NOWAK": "Anna",
    "anna nowak": "Anna",
    "Anna": "Anna",
    "Dr. Anna Nowak": "Anna",
    "dr n. med. Anna Nowak": "Anna",
    "mgr inż. Jan Kowal": "Jan",
    "prof. dr hab. Maria Wzorowa": "Maria",
    "Nowak, Anna": "Anna",
    "Nowak, Dr. Anna Maria": "Anna",
    "NOWAK, ANNA": "Anna",
    "Anna Nowak, PhD": "Anna",
    "Anna Nowak, Warszawa": "Anna",
    "Anna Nowak (Warszawa)": "Anna",
    "🌸 Lucía 🌸": "Lucía",
    "🌸Lucía🌸 López": "Lucía",
    "✨ Ana ✨ López": "Ana",
    "María José Pérez": "María",
    "José Luis García Márquez": "José",
    "Dra. Guadalupe Hernández": "Guadalupe",
    "Sra. Lupita Ramírez": "Lupita",
    "Lic. Ximena Ruiz": "Ximena",
    "Don Juan Pérez": "Juan",
    "Mr. John Smith Jr.": "John",
    "Mrs Smith": "",
    "Ms. Emily Clark": "Emily",
    "Jean-Pierre Dupont": "Jean-Pierre",
    "JEAN-PIERRE DUPONT": "Jean-Pierre",
    "Mme Claire Martin": "Claire",
    "Frau Müller": "",
    "Herr Dr. Hans Müller": "Hans",
    "Dott.ssa Giulia Rossi": "Giulia",
    "João da Silva": "João",
    "Zsófia Nagy": "Zsófia",
    "Břetislav Novák": "Břetislav",
    "Łucja Żak": "Łucja",
    "Анна Новак": "Анна",
    "Иванов Иван Иванович": "Иван",
    "Олена Шевченко": "Олена",
    "Γιώργος Παπαδόπουλος": "Γιώργος",
    "𝓐𝓷𝓷𝓪 𝓝𝓸𝔀𝓪𝓴": "Anna",
    "ＡＮＮＡ ＮＯＷＡＫ": "Anna",
    "J. K. Wzór": "",
    "JK Nowak": "",
    "J. Nowak": "",
    "A N N A": "",
    "O'Neil": "",
    "Smithson": "",
    "Kowalska": "",
    "Kowalska Krzysztofowska": "",
    "Salon Urody Pod Różą": "",
    "Maria Cosmetics": "",
    "Studio Anna": "",
    "Anna Nails & Spa": "",
    "Rose Garden": "",
    "Kasia Blog": "",
    "Facebook user": "",
    "Użytkownik Facebooka": "",
    "Usuario de Instagram": "",
    "Anna i Tomek": "Anna",
    "Anna & Tomek": "",
    "ana_lopez_92": "",
    "x.maria.x": "",
    "thebestcreamblog": "",
    "anna": "",
    "anna.nowak": "",
    "AnnaNowak": "",
    "Anna92": "",
    "@anna": "",
    "www.anna.example": "",
    "anna@customers.test": "",
    "Mama Zosi": "",
    "Królestwo Piękna": "",
    "ﾅﾅ 奈々": "",
    "王小明": "",
    "김민지": "",
    "สมชาย ใจดี": "",
    "{moderator} Evil": "{moderator}",
    "🌸": "",
    "...": "",
    "-": "",
    "": "",
    "Dr.": "",
    "Mr": "",
}


@pytest.mark.parametrize("shown", GREETED)
def test_a_name_is_greeted_by_its_first_name_or_not_at_all(shown: str) -> None:
    assert first_name(shown) == GREETED[shown]


def test_there_are_names_of_many_languages() -> None:
    assert len(known_names()) > 10_000
    assert {"anna", "lucia", "zsofia", "анна", "guadalupe"} <= known_names()
