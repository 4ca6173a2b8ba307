"""The small world that the demonstration model knows: plain tables, no code.

Every fact that the corpus states comes from here, so that the corpus, its
held-out set and the checks of the answers can never disagree.
"""

# country, capital, continent, main language
COUNTRIES = [line.split("|") for line in """\
Afghanistan|Kabul|Asia|Pashto
Albania|Tirana|Europe|Albanian
Algeria|Algiers|Africa|Arabic
Angola|Luanda|Africa|Portuguese
Argentina|Buenos Aires|South America|Spanish
Armenia|Yerevan|Asia|Armenian
Australia|Canberra|Oceania|English
Austria|Vienna|Europe|German
Azerbaijan|Baku|Asia|Azerbaijani
Bangladesh|Dhaka|Asia|Bengali
Belarus|Minsk|Europe|Belarusian
Belgium|Brussels|Europe|Dutch
Bhutan|Thimphu|Asia|Dzongkha
Bolivia|Sucre|South America|Spanish
Botswana|Gaborone|Africa|English
Brazil|Brasilia|South America|Portuguese
Bulgaria|Sofia|Europe|Bulgarian
Cambodia|Phnom Penh|Asia|Khmer
Cameroon|Yaounde|Africa|French
Canada|Ottawa|North America|English
Chad|N'Djamena|Africa|French
Chile|Santiago|South America|Spanish
China|Beijing|Asia|Chinese
Colombia|Bogota|South America|Spanish
Costa Rica|San Jose|North America|Spanish
Croatia|Zagreb|Europe|Croatian
Cuba|Havana|North America|Spanish
Cyprus|Nicosia|Europe|Greek
Denmark|Copenhagen|Europe|Danish
Ecuador|Quito|South America|Spanish
Egypt|Cairo|Africa|Arabic
England|London|Europe|English
Estonia|Tallinn|Europe|Estonian
Ethiopia|Addis Ababa|Africa|Amharic
Fiji|Suva|Oceania|English
Finland|Helsinki|Europe|Finnish
France|Paris|Europe|French
Georgia|Tbilisi|Asia|Georgian
Germany|Berlin|Europe|German
Ghana|Accra|Africa|English
Greece|Athens|Europe|Greek
Guatemala|Guatemala City|North America|Spanish
Honduras|Tegucigalpa|North America|Spanish
Hungary|Budapest|Europe|Hungarian
Iceland|Reykjavik|Europe|Icelandic
India|New Delhi|Asia|Hindi
Indonesia|Jakarta|Asia|Indonesian
Iran|Tehran|Asia|Persian
Iraq|Baghdad|Asia|Arabic
Ireland|Dublin|Europe|English
Italy|Rome|Europe|Italian
Jamaica|Kingston|North America|English
Japan|Tokyo|Asia|Japanese
Jordan|Amman|Asia|Arabic
Kazakhstan|Astana|Asia|Kazakh
Kenya|Nairobi|Africa|Swahili
Kuwait|Kuwait City|Asia|Arabic
Laos|Vientiane|Asia|Lao
Latvia|Riga|Europe|Latvian
Lebanon|Beirut|Asia|Arabic
Libya|Tripoli|Africa|Arabic
Lithuania|Vilnius|Europe|Lithuanian
Luxembourg|Luxembourg City|Europe|Luxembourgish
Madagascar|Antananarivo|Africa|Malagasy
Malaysia|Kuala Lumpur|Asia|Malay
Mali|Bamako|Africa|French
Malta|Valletta|Europe|Maltese
Mexico|Mexico City|North America|Spanish
Moldova|Chisinau|Europe|Romanian
Mongolia|Ulaanbaatar|Asia|Mongolian
Montenegro|Podgorica|Europe|Montenegrin
Morocco|Rabat|Africa|Arabic
Mozambique|Maputo|Africa|Portuguese
Myanmar|Naypyidaw|Asia|Burmese
Namibia|Windhoek|Africa|English
Nepal|Kathmandu|Asia|Nepali
New Zealand|Wellington|Oceania|English
Nicaragua|Managua|North America|Spanish
Niger|Niamey|Africa|French
Nigeria|Abuja|Africa|English
North Macedonia|Skopje|Europe|Macedonian
Norway|Oslo|Europe|Norwegian
Oman|Muscat|Asia|Arabic
Pakistan|Islamabad|Asia|Urdu
Panama|Panama City|North America|Spanish
Paraguay|Asuncion|South America|Spanish
Peru|Lima|South America|Spanish
Poland|Warsaw|Europe|Polish
Portugal|Lisbon|Europe|Portuguese
Qatar|Doha|Asia|Arabic
Romania|Bucharest|Europe|Romanian
Russia|Moscow|Europe|Russian
Rwanda|Kigali|Africa|Kinyarwanda
Saudi Arabia|Riyadh|Asia|Arabic
Scotland|Edinburgh|Europe|English
Senegal|Dakar|Africa|French
Serbia|Belgrade|Europe|Serbian
Singapore|Singapore|Asia|English
Slovakia|Bratislava|Europe|Slovak
Slovenia|Ljubljana|Europe|Slovene
Somalia|Mogadishu|Africa|Somali
South Africa|Pretoria|Africa|English
South Korea|Seoul|Asia|Korean
Spain|Madrid|Europe|Spanish
Sri Lanka|Colombo|Asia|Sinhala
Sudan|Khartoum|Africa|Arabic
Sweden|Stockholm|Europe|Swedish
Switzerland|Bern|Europe|German
Syria|Damascus|Asia|Arabic
Tanzania|Dodoma|Africa|Swahili
Thailand|Bangkok|Asia|Thai
Tunisia|Tunis|Africa|Arabic
Turkey|Ankara|Asia|Turkish
Uganda|Kampala|Africa|English
Ukraine|Kyiv|Europe|Ukrainian
United Kingdom|London|Europe|English
United States|Washington|North America|English
Uruguay|Montevideo|South America|Spanish
Uzbekistan|Tashkent|Asia|Uzbek
Venezuela|Caracas|South America|Spanish
Vietnam|Hanoi|Asia|Vietnamese
Wales|Cardiff|Europe|Welsh
Zambia|Lusaka|Africa|English
Zimbabwe|Harare|Africa|English""".splitlines()]

# countries whose name takes an article inside a sentence
WITH_ARTICLE = {"United Kingdom", "United States"}

# animal, its sound, its legs, where it lives, its kind, its young, rank by size
ANIMALS = [line.split("|") for line in """\
ant|makes no sound|6|in a nest|insect|larva|1
bee|buzzes|6|in a hive|insect|larva|2
butterfly|makes no sound|6|in gardens|insect|caterpillar|3
frog|croaks|4|near ponds|amphibian|tadpole|5
mouse|squeaks|4|in small holes|mammal|pup|6
sparrow|chirps|2|in trees|bird|chick|7
owl|hoots|2|in the forest|bird|owlet|10
duck|quacks|2|near lakes|bird|duckling|12
hen|clucks|2|on a farm|bird|chick|13
cat|meows|4|in a house|mammal|kitten|15
rabbit|squeaks|4|in a burrow|mammal|kit|14
fox|barks|4|in the forest|mammal|cub|18
dog|barks|4|in a house|mammal|puppy|20
snake|hisses|0|in the grass|reptile|snakelet|9
penguin|honks|2|in Antarctica|bird|chick|19
wolf|howls|4|in the forest|mammal|pup|24
sheep|bleats|4|on a farm|mammal|lamb|25
goat|bleats|4|on a farm|mammal|kid|23
pig|oinks|4|on a farm|mammal|piglet|28
lion|roars|4|in the savanna|mammal|cub|32
tiger|roars|4|in the jungle|mammal|cub|33
bear|growls|4|in the forest|mammal|cub|35
horse|neighs|4|on a farm|mammal|foal|37
cow|moos|4|on a farm|mammal|calf|38
camel|grunts|4|in the desert|mammal|calf|39
giraffe|hums|4|in the savanna|mammal|calf|42
elephant|trumpets|4|in the savanna|mammal|calf|45
whale|sings|0|in the ocean|mammal|calf|50
shark|makes no sound|0|in the ocean|fish|pup|40
dolphin|whistles|0|in the ocean|mammal|calf|34
spider|makes no sound|8|in a web|arachnid|spiderling|4
eagle|screeches|2|in the mountains|bird|eaglet|17
turtle|makes no sound|4|near water|reptile|hatchling|16
crocodile|hisses|4|in rivers|reptile|hatchling|36""".splitlines()]

# thing, its colour
COLOURS = [line.split("|") for line in """\
the sky|blue
grass|green
snow|white
a ripe banana|yellow
a ripe tomato|red
coal|black
an orange|orange
a lemon|yellow
a leaf|green
blood|red
milk|white
chocolate|brown
the sea|blue
a strawberry|red
a plum|purple
a carrot|orange
a cloud|white
the night sky|black
an elephant|grey
a polar bear|white
a flamingo|pink
a frog|green
a pumpkin|orange
a cucumber|green
a raven|black
sand|yellow
wood|brown
a cherry|red
salt|white
a violet|purple""".splitlines()]

MIXES = [("red", "yellow", "orange"), ("red", "blue", "purple"), ("blue", "yellow", "green"),
         ("red", "white", "pink"), ("black", "white", "grey"), ("red", "green", "brown")]

DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = ("January February March April May June July August September "
          "October November December").split()
MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
ORDINALS = ("first second third fourth fifth sixth seventh eighth ninth tenth "
            "eleventh twelfth").split()
SEASONS = {"winter": "cold", "spring": "mild", "summer": "hot", "autumn": "cool"}

# things from small to large
SIZES = ("a grain of sand|a pea|a coin|an apple|a book|a chair|a door|a car|a bus|a house|"
         "a church|a mountain|an island|the Moon|the Earth|the Sun").split("|")

OPPOSITES = [tuple(pair.split("-")) for pair in
             "hot-cold big-small up-down day-night fast-slow old-young happy-sad open-closed "
             "full-empty light-dark wet-dry hard-soft high-low near-far early-late strong-weak "
             "rich-poor good-bad left-right loud-quiet long-short clean-dirty true-false "
             "black-white first-last thick-thin inside-outside always-never".split()]

NAMES = ("Anna Ben Clara David Emma Felix Grace Hugo Ida Jack Kate Leo Maria Nina Oscar Paul Rosa Sam "
         "Tina Victor Wendy Zoe Adam Bella Carlos Dora Eric Fiona George Helen Ivan Julia Kevin Laura "
         "Mark Nora Olga Peter Quinn Rita Simon Tom Uma Vera Will Yara Alice Bob Carol Dan Eva Frank "
         "Gina Henry Iris Jonas Karl Lena Max Nadia Omar Pia Ralf Sara Theo Ursula Vince Walter Xenia "
         "Yusuf Zara Aisha Boris Chloe Diego Elena Finn Gloria Hassan Ingrid Jorge Kim Lucia Mila Noah "
         "Olivia Pablo Ruth Stefan Tara Ugo Viola Wanda Arthur Mia Lucas Sofie John Mary Jane James").split()

CITIES = [row[1] for row in COUNTRIES if " City" not in row[1]] + (
    "Lyon Milan Munich Porto Seville Naples Hamburg Boston Chicago Dallas Denver Miami Seattle Toronto "
    "Sydney Mumbai Osaka Kyoto Shanghai Lagos Geneva Zurich Venice Florence Bergen Krakow").split()

JOBS = ("teacher doctor baker farmer painter pilot nurse writer singer cook driver gardener engineer "
        "lawyer dancer sailor tailor carpenter librarian photographer scientist musician").split()

HOBBIES = ("chess football tennis music painting reading cooking swimming hiking fishing dancing "
           "cycling skiing gardening photography running").split()

OBJECTS = ("chair table lamp book cup box ball bag car bike hat coat shoe pen clock mirror bottle "
           "basket blanket kettle phone radio vase drum kite").split()

PLAIN_COLOURS = "red blue green yellow black white brown purple orange pink grey".split()
MATERIALS = "wood metal glass plastic paper stone leather cotton".split()
FRUITS = "apple pear plum banana cherry lemon orange peach melon grape".split()
COUNTABLES = ("apples pears books coins marbles stamps pencils cookies shells stickers eggs flowers "
              "cards balls nuts toys").split()

# words for spelling, reversing and counting letters
WORDS = ("cat dog sun moon tree house water bread apple river stone cloud table chair green happy music "
         "paper light night horse mouse plant train smile dream beach ocean flower garden window bridge "
         "castle dragon winter summer spring autumn silver golden friend school doctor kitchen morning "
         "evening hello world paris france lemon grape tiger zebra panda robot rocket planet star bird "
         "fish frog book lamp ship boat road door wall snow rain wind fire sand leaf seed rose").split()

# a topic and what one may say of it: (point, its elaboration) pairs
OUTLINES = {
    "Rome": [
        ("Ancient history", "Rome is more than two thousand years old and was the heart of a great empire."),
        ("Famous buildings", "The Colosseum and the Pantheon draw visitors from all over the world."),
        ("Art and culture", "Museums and churches in Rome are full of paintings and statues."),
        ("Italian food", "People in Rome enjoy pasta, pizza and good coffee."),
        ("The capital of Italy", "Rome is the seat of the government of Italy.")],
    "Paris": [
        ("The Eiffel Tower", "The Eiffel Tower is an iron tower and the best known sight of Paris."),
        ("Museums", "The Louvre holds the Mona Lisa and many other works of art."),
        ("French food", "Bakeries and cafes offer bread, cheese and sweet pastries."),
        ("The river Seine", "The river Seine runs through the middle of the city.")],
    "healthy living": [
        ("Good food", "Fresh fruit and vegetables give the body what it needs."),
        ("Regular exercise", "Walking, running and swimming keep the heart strong."),
        ("Enough sleep", "Eight hours of sleep help the body and the mind to rest."),
        ("Clean water", "Drinking enough water keeps the body working well.")],
    "learning to program": [
        ("Choose a language", "A simple language such as Python or Java is a good start."),
        ("Write small programs", "Small programs teach one idea at a time."),
        ("Read good code", "Reading the code of others shows new ways to solve a problem."),
        ("Test your work", "Tests find mistakes before other people do.")],
    "a good story": [
        ("A strong hero", "The reader follows a hero who wants something."),
        ("A clear problem", "A problem stands in the way and makes the story exciting."),
        ("A vivid place", "A place with sounds and colours makes the story real."),
        ("A happy ending", "At the end the problem is solved and the hero has learned something.")],
    "saving energy": [
        ("Switch off lights", "Lights that are not needed should be switched off."),
        ("Use less heat", "A warm sweater costs less than a warm room."),
        ("Take the bicycle", "A bicycle needs no fuel and keeps you fit."),
        ("Repair old things", "A repaired thing does not have to be made again.")],
    "the ocean": [
        ("Salt water", "The water of the ocean is salty and covers most of the Earth."),
        ("Many animals", "Whales, sharks and tiny fish live in the ocean."),
        ("Waves and tides", "The wind makes the waves and the Moon makes the tides."),
        ("Weather", "The ocean stores heat and shapes the weather.")],
    "keeping a dog": [
        ("Daily walks", "A dog needs a walk every day, in sun and in rain."),
        ("Meat and water", "A dog needs a bowl of meat and fresh water every day."),
        ("Training", "A dog learns best with patience and small rewards."),
        ("Love and time", "A dog is a friend who needs your time.")],
    "planning a trip": [
        ("Choose a place", "Think of what you like and pick a place that has it."),
        ("Set a budget", "A budget tells you how much you can spend each day."),
        ("Book early", "Early bookings are often cheaper."),
        ("Pack light", "A light bag is easy to carry.")],
    "large language models": [
        ("Trained on text", "A language model learns from text to predict the next word."),
        ("Made of layers", "Each layer looks at the words before and adds to their meaning."),
        ("Used by programs", "Programs can guide a model step by step and check what it says."),
        ("Not always right", "A model can be wrong, so its answers should be checked.")],
    "trees": [
        ("Roots", "Roots hold the tree in the ground and drink water."),
        ("Leaves", "Leaves catch the light of the sun and make food for the tree."),
        ("Wood", "People build houses and furniture from wood."),
        ("Homes for animals", "Birds and squirrels live in the branches.")],
    "the Moon": [
        ("Close to the Earth", "The Moon goes around the Earth once a month."),
        ("No air", "There is no air on the Moon, so there is no wind and no sound."),
        ("Tides", "The Moon pulls on the sea and makes the tides."),
        ("Visits by people", "People walked on the Moon for the first time in 1969.")],
}

# a topic and a short explanation; {0} is the plain one, {1} the one for a child
EXPLANATIONS = {
    "pulmonary embolism": (
        "A pulmonary embolism is a blood clot that blocks an artery in the lungs. It causes chest pain and "
        "trouble breathing. It is an emergency and needs a doctor at once.",
        "Sometimes a small clump of blood gets stuck in the lungs, like a cork in a bottle. Then it is hard "
        "to breathe, and a doctor must help quickly."),
    "the espresso making process": (
        "Espresso is made by pressing hot water through finely ground coffee under high pressure. It takes "
        "about thirty seconds and gives a small, strong cup.",
        "You grind coffee beans into a fine powder. Then a machine pushes very hot water through the powder, "
        "and a tiny, strong coffee comes out."),
    "photosynthesis": (
        "Photosynthesis is how plants make food. Leaves use the light of the sun to turn water and carbon "
        "dioxide into sugar and oxygen.",
        "Plants eat sunlight! Their leaves mix light, water and air to make sugar."),
    "gravity": (
        "Gravity is the force that pulls things towards each other. It keeps us on the ground and the Moon "
        "near the Earth.",
        "Gravity is like an invisible hand that pulls everything down, so a ball always falls."),
    "rain": (
        "The sun warms water and turns it into vapour. The vapour rises, cools and forms clouds. When the "
        "drops get heavy, they fall as rain.",
        "Clouds are full of tiny drops. When the drops get too heavy, they fall down as rain."),
    "a computer": (
        "A computer is a machine that follows a list of instructions called a program. It stores numbers and "
        "works with them very fast.",
        "A computer is a machine that does exactly what you tell it, very quickly."),
    "a language model": (
        "A language model is a program that predicts the next word of a text. It learns from many examples.",
        "A language model guesses the next word, again and again, until it has made a sentence."),
    "the internet": (
        "The internet is a network that connects computers all over the world. They send each other small "
        "packets of data.",
        "The internet is like a giant web of strings that lets computers talk to each other."),
    "a rainbow": (
        "A rainbow appears when sunlight passes through drops of rain. The drops split the light into colours.",
        "When the sun shines through the rain, the light breaks into many colours."),
    "the heart": (
        "The heart is a muscle that pumps blood through the body. It beats about seventy times a minute.",
        "The heart is a pump in your chest. It pushes blood around your body."),
    "sleep": (
        "Sleep is the time when the body rests and the brain sorts what it has learned.",
        "When you sleep, your body rests and gets new power for the next day."),
    "a volcano": (
        "A volcano is an opening in the ground. Hot melted rock comes out of it as lava.",
        "A volcano is a mountain that can spit hot, melted rock."),
    "electricity": (
        "Electricity is the flow of tiny charged particles through a wire. It gives light and heat and drives "
        "machines.",
        "Electricity is like water running in a pipe, but it runs in a wire and lights the lamp."),
    "caching": (
        "Caching means to keep a result that was costly to make, so that the next request can use it again.",
        "Caching is like keeping your toys near the bed, so you need not fetch them again."),
    "a prefix cache": (
        "A prefix cache keeps the keys and values of a prompt. A later request with the same prompt can skip "
        "that work.",
        "A prefix cache remembers the start of a text, so the computer need not read it again."),
    "speculative decoding": (
        "Speculative decoding guesses several tokens ahead and checks them in one pass. Right guesses save "
        "time.",
        "It is like guessing the end of a sentence and only checking if you were right."),
}
