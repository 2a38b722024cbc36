"""Makes the data sets of the bucket `raw`: python make_raw_data.py FOLDER. Everything is invented, and the same each time."""
import csv
import math
import pathlib
import random
import sys
from datetime import datetime, timedelta

chance = random.Random(20260101)
folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")


def write(name, header, rows):
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def trips(month, count):
    """Taxi trips: more on weekday mornings and evenings, fares that follow distance and time, tips that card payers give."""
    start, hours = datetime(2026, month, 1), [1, 1, 1, 1, 1, 2, 4, 8, 9, 6, 5, 5, 6, 6, 6, 7, 8, 10, 10, 8, 6, 5, 4, 2]
    for moment in sorted(start + timedelta(days=chance.randrange(28), hours=chance.choices(range(24), hours)[0], seconds=chance.randrange(3600))
                         for _ in range(count)):
        distance = round(min(chance.lognormvariate(0.8, 0.7), 40), 2)
        speed = chance.gauss(14 if moment.hour in (8, 9, 17, 18) else 22, 4)
        minutes = max(2, distance / max(speed, 5) * 60)
        fare = round(3 + 2.1 * distance + 0.4 * minutes, 2)
        card = chance.random() < 0.72
        yield (moment.isoformat(" "), (moment + timedelta(minutes=minutes)).isoformat(" ", "seconds"), chance.choices([1, 2, 3, 4], [70, 18, 7, 5])[0],
               distance, chance.randrange(1, 61), chance.randrange(1, 61), "card" if card else "cash", fare,
               round(fare * chance.choice([0, 0.1, 0.15, 0.2, 0.25]), 2) if card else 0)


for month in (1, 2, 3):
    write(f"taxi/trips-2026-{month:02}.csv", ["pickup", "dropoff", "passengers", "miles", "pickup_zone", "dropoff_zone", "payment", "fare", "tip"], trips(month, 2800))

genres = ["comedy", "drama", "crime", "adventure", "romance", "science fiction", "documentary", "animation"]
adjectives = ["Last", "Silent", "Golden", "Lost", "Paper", "Northern", "Hidden", "Broken", "Electric", "Slow", "Crooked", "Second"]
nouns = ["Miller", "River", "Harbour", "Winter", "Orchard", "Signal", "Bridge", "Letter", "Machine", "Summer", "Lantern", "Mountain"]
titles = chance.sample([f"The {a} {n}" for a in adjectives for n in nouns], 120)
films = [(i + 1, title, chance.randrange(1960, 2026), chance.choice(genres)) for i, title in enumerate(titles)]
write("films/films.csv", ["film", "title", "year", "genre"], films)
quality = {film[0]: chance.gauss(3.4, 0.6) for film in films}
taste = {person: {genre: chance.gauss(0, 0.7) for genre in genres} for person in range(1, 201)}
ratings = {(chance.randrange(1, 201), films[int(len(films) * chance.random() ** 2)][0]) for _ in range(7000)}
write("films/ratings.csv", ["person", "film", "stars", "day"], [
    (person, film, min(5, max(0.5, round(2 * (quality[film] + taste[person][films[film - 1][3]] + chance.gauss(0, 0.5))) / 2)),
     (datetime(2025, 1, 1) + timedelta(days=chance.randrange(365))).date()) for person, film in sorted(ratings)])

styles = {"folk": (100, 0.7), "techno": (128, 0.1), "jazz": (115, 0.6), "pop": (118, 0.3), "ambient": (80, 0.5)}
songs = []
for number in range(1, 401):
    style = chance.choice(list(styles))
    tempo, acoustic = styles[style]
    songs.append((number, f"{chance.choice(adjectives)} {chance.choice(nouns)}", style, round(chance.gauss(tempo, 8), 1), chance.randrange(110, 420),
                  round(min(1, max(0, chance.gauss(acoustic, 0.15))), 3), round(min(1, max(0, chance.gauss(1 - acoustic, 0.15))), 3)))
write("songs/songs.csv", ["song", "title", "style", "tempo", "seconds", "acousticness", "energy"], songs)
write("songs/plays.csv", ["moment", "listener", "song"], sorted(
    ((datetime(2026, 1, 1) + timedelta(hours=chance.random() * 24 * 30)).isoformat(" ", "seconds"), chance.randrange(1, 151),
     min(400, int(math.exp(chance.random() * math.log(400))))) for _ in range(6000)))
