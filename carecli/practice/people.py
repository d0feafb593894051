"""Invented people of the practice platform: names as they are written in Mexico and in Poland."""

from __future__ import annotations

import unicodedata
from random import Random

FIRST = {
    "es": (
        "María José Ana Luis Carmen Javier Lucía Guadalupe Daniela Renata Karla Jorge Fernanda Sofía Ximena "
        "Valeria Regina Itzel Citlali Yolanda Alejandra Rodrigo Miguel Paola Brenda Mónica Rocío Araceli Diego "
        "Emiliano Leticia Norma Silvia Gabriela Marisol Héctor Adriana Julieta Andrea Iván Natalia Camila Estela "
        "Verónica Patricia Raúl Óscar Elena Montserrat Jimena Lupita Toño Pepe Chayo Ángel Zoé Beatriz Martha"
    ).split(),
    "pl": (
        "Agnieszka Paweł Iwona Katarzyna Małgorzata Zofia Łukasz Magdalena Anna Ewa Joanna Barbara Krystyna Piotr "
        "Aleksandra Karolina Natalia Monika Beata Dorota Jolanta Grażyna Renata Halina Sylwia Żaneta Weronika "
        "Michalina Zuzanna Justyna Wioletta Urszula Bożena Danuta Elżbieta Marta Paulina Patrycja Kinga Izabela "
        "Tomasz Michał Krzysztof Oliwia Hanna Maja Lena Julia Alicja Aneta Edyta Kamila Ola Gosia Kasia Teresa"
    ).split(),
}
LAST = {
    "es": (
        "González Hernández García Martínez López Pérez Rodríguez Sánchez Ramírez Cruz Flores Gómez Morales Vázquez "
        "Reyes Jiménez Torres Díaz Gutiérrez Ruiz Mendoza Aguilar Ortiz Moreno Castillo Romero Álvarez Méndez "
        "Chávez Rivera Juárez Ramos Domínguez Herrera Medina Castro Vargas Guzmán Velázquez Muñoz Rojas Contreras "
        "Salazar Luna Ortega Guerrero Estrada Bautista Cortés Soto Alvarado Ríos Peña Ibáñez Núñez Ávila Trejo"
    ).split(),
    "pl": (
        "Nowak Kowalska Wiśniewska Wójcik Kowalczyk Kamińska Lewandowska Zielińska Szymańska Woźniak Dąbrowska "
        "Kozłowska Jankowska Mazur Kwiatkowska Krawczyk Kaczmarek Piotrowska Grabowska Zając Pawłowska Michalska "
        "Król Wieczorek Jabłońska Wróbel Nowakowska Majewska Olszewska Stępień Malinowska Jaworska Adamczyk Dudek "
        "Górska Nowicka Pawlak Sikora Witkowska Walczak Rutkowska Baran Szewczyk Ostrowska Tomaszewska Zalewska "
        "Ożóg Żak Łęcka Kania Błaszczyk Gajda Wilk Kubiak Szczepańska Ćwik Świątek Kołodziej Mróz"
    ).split(),
}
_TAILS = {
    "es": ("mx", "cdmx", "_oficial", "gdl", "skin", "beauty", "mty", "_", ".mua", "86", "99", "01"),
    "pl": ("pl", "_krk", "beauty", "_official", "waw", ".makeup", "88", "93", "_", "skin", "07"),
}
_PLAIN = str.maketrans("łŁ", "lL")


def full_name(random: Random, language: str) -> str:
    """A name as somebody writes it in a profile: mostly whole, at times shortened."""
    first, last = random.choice(FIRST[language]), random.choice(LAST[language])
    match random.choices(("whole", "two", "initial", "first"), weights=(70, 14, 10, 6))[0]:
        case "two":
            second = random.choice(LAST[language])
            return f"{first} {last} {second}" if language == "es" else f"{first} {last}-{second}"
        case "initial":
            return f"{first} {last[0]}."
        case "first":
            return f"{first} {random.choice(FIRST[language])}"
        case _:
            return f"{first} {last}"


def username(random: Random, name: str, language: str) -> str:
    """An Instagram name made from a person's name: lower case, dots, a tail."""
    bare = unicodedata.normalize("NFD", name.translate(_PLAIN)).encode("ascii", "ignore").decode()
    words = [word for word in bare.lower().replace(".", " ").replace("-", " ").split() if word]
    joined = random.choice((".", "_", "")).join(words[:2])
    return f"{joined}{random.choice(_TAILS[language])}{random.randrange(10, 1000)}"
