"""The texts on which tokenizers are compared: every kind of trouble, from one seed."""

import random

SENTENCES = [
    "The quick brown fox jumps over the lazy dog, and nobody minds.",
    "It's a fine day; we'll go out, they've said, and I'd rather they're right than I'm.",
    "Der Fluss führt Hochwasser, größer als je zuvor: Straßen, Äcker, Öfen.",
    "L'été dernier, à Évry, un cœur naïf a mangé trop de crêpes brûlées.",
    "El niño comió piñas y ñoquis; ¿qué más quería? ¡Nada!",
    "Não há pão nem maçãs à venda às três horas.",
    "Zażółć gęślą jaźń, a potem idź spać.",
    "Příliš žluťoučký kůň úpěl ďábelské ódy.",
    "İstanbul'da ılık bir akşamüstü, çay içtik.",
    "Tiếng Việt có nhiều dấu: ắ, ằ, ẵ, ặ, ệ, ữ, ợ.",
    "Быстрая лиса прыгнула через ленивую собаку и уснула.",
    "Їжак з'їв яблуко під ґанком.",
    "Η γρήγορη αλεπού πηδά πάνω από το τεμπέλικο σκυλί.",
    "השועל המהיר קפץ מעל הכלב העצלן.",
    "שָׁלוֹם עוֹלָם",
    "الثعلب السريع يقفز فوق الكلب الكسول.",
    "السَّلَامُ عَلَيْكُمْ",
    "روباه سریع از روی سگ تنبل می‌پرد.",
    "तेज़ भूरी लोमड़ी आलसी कुत्ते के ऊपर कूदती है।",
    "দ্রুত শিয়াল অলস কুকুরের উপর লাফ দেয়।",
    "வேகமான நரி சோம்பேறி நாயின் மேல் குதிக்கிறது.",
    "వేగవంతమైన నక్క సోమరి కుక్క మీదుగా దూకుతుంది.",
    "ವೇಗದ ನರಿ ಸೋಮಾರಿ ನಾಯಿಯ ಮೇಲೆ ಹಾರುತ್ತದೆ.",
    "വേഗതയുള്ള കുറുക്കൻ മടിയൻ നായയുടെ മുകളിലൂടെ ചാടുന്നു.",
    "ඉක්මන් නරියා කම්මැලි බල්ලාට උඩින් පනියි.",
    "สุนัขจิ้งจอกกระโดดข้ามสุนัขขี้เกียจ",
    "ໝາຈອກໂດດຂ້າມໝາຂີ້ຄ້ານ",
    "အမြန်မြေခွေးသည် ခွေးပျင်းကို ခုန်ကျော်သည်။",
    "កញ្ជ្រោងលោតពីលើឆ្កែខ្ជិល",
    "ཝ་མོ་མགྱོགས་པོ་ཁྱི་སྒོམ་པའི་སྟེང་མཆོངས།",
    "სწრაფი მელა ხტება ზარმაც ძაღლზე.",
    "Արագ աղվեսը ցատկում է ծույլ շան վրայով։",
    "ፈጣኑ ቀበሮ ሰነፉን ውሻ ዘለለ።",
    "ᏓᎦᏏ ᎠᏍᎦᏯ ᎤᏬᏂᏒ",
    "ᐃᓄᒃᑎᑐᑦ ᐅᖃᐅᓯᖅ",
    "敏捷的棕色狐狸跳过了懒狗。今天天气很好！",
    "敏捷的棕色狐貍跳過了懶狗，龍與鳳。",
    "素早い茶色の狐がのろまな犬を飛び越えた。カタカナもｶﾅも。",
    "빠른 갈색 여우가 게으른 개를 뛰어넘었다.",
    "ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ",
    "ⴰⵣⵓⵍ ⴰⵎⴰⴹⴰⵍ",
    "ꦲꦏ꧀ꦱꦫꦗꦮ",
    "𐌰𐌽𐌲𐌰 𐌲𐌿𐍄𐌹𐍃𐌺",
    "𒀭𒂗𒆤 𓂀𓃭",
    "Math: ∀x∈ℝ: x² ≥ 0, ∑ᵢ aᵢ ≤ √n, ½ + ⅓ ≈ 0.83; ⅣⅫ; e^{iπ}+1=0.",
    "Prices: $12.50, 1.299,00 €, £3, ¥10,000, ₹500, 25%, 3×4, 10⁻³.",
]

CODE = [
    "def add(a, b):\n    return a + b\n\n\nif __name__ == \"__main__\":\n\tprint(add(1, 2))\n",
    "public static void main(String[] args) {\r\n\tSystem.out.println(\"hi\");\r\n}\r\n",
    "for (int i = 0; i < n; ++i) {\n        sum += xs[i] * 0x1F;   // tail\n}\n\n\n",
    "SELECT name, COUNT(*) FROM t WHERE x >= 10 AND y != 'it''s' GROUP BY 1;",
    "<div class=\"a b\"><p>It's &amp; that's</p>\n  <br/>\n</div>",
    "{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Paris\", \"n\": [1, 2.5e-3, null, true]}}",
    "# Title\n\n- item one\n- item two\n\n  1. nested\n\n```java\nvar x = 1;\n```\n",
    "let r = /^(?:\\s*)(\\d{1,3})+$/gi.test(`a${b}c`);",
    "#!/bin/sh\nset -e\nls -la | grep '^d' > /dev/null 2>&1 && echo \"ok\"\n",
    "\\frac{1}{2} \\int_0^\\infty e^{-x^2}\\,dx = \\tfrac{\\sqrt{\\pi}}{2}",
]

URLS = [
    "https://example.org/a/b.html?q=1&r=%20x#frag",
    "http://user:pw@localhost:8080/path/to;v=1/../x",
    "mailto:someone+tag@mail.example.co.uk",
    "file:///C:/Program%20Files/x.txt",
    "www.example.com/ünïcödé/路径",
    "ftp://10.0.0.1:21/~home/",
    "s3://bucket-name/key_with_underscores/2024-01-31T12:00:00Z.parquet",
]

EMOJI = [
    "😀", "😂", "🤷🏽‍♀️", "👨‍👩‍👧‍👦", "👩🏿‍🚀", "🏳️‍🌈", "🏴‍☠️", "🇫🇷", "🇯🇵🇺🇦", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "1️⃣", "#️⃣", "☎️", "☎︎", "❤️‍🔥",
    "🧑🏻‍🤝‍🧑🏾", "👍🏿", "✌🏻", "🫠", "🪿", "🀄", "🅰️", "⌚", "🎅🏽", "🐻‍❄️",
]

SPACES = [chr(c) for c in [9, 10, 11, 12, 13, 32, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000]]
NEARLY_SPACES = ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u180e", "\x1c", "\x1d", "\x1e", "\x1f"]

SCRIPTS = {
    "latin": (0x41, 0x24F), "ipa": (0x250, 0x2AF), "modifier": (0x2B0, 0x2FF), "greek": (0x370, 0x3FF),
    "cyrillic": (0x400, 0x52F), "armenian": (0x531, 0x58F), "hebrew": (0x591, 0x5F4), "arabic": (0x600, 0x6FF),
    "syriac": (0x700, 0x74F), "thaana": (0x780, 0x7B1), "nko": (0x7C0, 0x7FF), "samaritan": (0x800, 0x83E),
    "arabic-b": (0x870, 0x8FF), "devanagari": (0x900, 0x97F), "bengali": (0x980, 0x9FE), "gurmukhi": (0xA01, 0xA76),
    "gujarati": (0xA81, 0xAFF), "oriya": (0xB01, 0xB77), "tamil": (0xB82, 0xBFA), "telugu": (0xC00, 0xC7F),
    "kannada": (0xC80, 0xCF3), "malayalam": (0xD00, 0xD7F), "sinhala": (0xD81, 0xDF4), "thai": (0xE01, 0xE5B),
    "lao": (0xE81, 0xEDF), "tibetan": (0xF00, 0xFDA), "myanmar": (0x1000, 0x109F), "georgian": (0x10A0, 0x10FF),
    "jamo": (0x1100, 0x11FF), "ethiopic": (0x1200, 0x139F), "cherokee": (0x13A0, 0x13FF), "canadian": (0x1400, 0x167F),
    "ogham": (0x1680, 0x169C), "runic": (0x16A0, 0x16F8), "philippine": (0x1700, 0x1773), "khmer": (0x1780, 0x17F9),
    "mongolian": (0x1800, 0x18AA), "balinese": (0x1B00, 0x1B7F), "vedic": (0x1CD0, 0x1CFA), "greek-ext": (0x1F00, 0x1FFE),
    "punctuation": (0x2010, 0x206F), "superscripts": (0x2070, 0x209C), "currency": (0x20A0, 0x20C0), "marks": (0x20D0, 0x20F0),
    "letterlike": (0x2100, 0x218B), "arrows": (0x2190, 0x22FF), "technical": (0x2300, 0x245F), "enclosed": (0x2460, 0x24FF),
    "boxes": (0x2500, 0x27BF), "braille": (0x2800, 0x28FF), "glagolitic": (0x2C00, 0x2C5F), "coptic": (0x2C80, 0x2CFF),
    "kangxi": (0x2E80, 0x2FD5), "kana": (0x3001, 0x30FF), "bopomofo": (0x3105, 0x312F), "han": (0x4E00, 0x9FFF),
    "han-a": (0x3400, 0x4DBF), "yi": (0xA000, 0xA4C6), "vai": (0xA500, 0xA62B), "meetei": (0xABC0, 0xABF9),
    "hangul": (0xAC00, 0xD7A3), "private": (0xE000, 0xE0FF), "compat": (0xF900, 0xFAD9), "presentation": (0xFB00, 0xFDFF),
    "fullwidth": (0xFE30, 0xFFEE), "linear-b": (0x10000, 0x100FA), "old-italic": (0x10300, 0x1034A), "gothic": (0x10330, 0x1034A),
    "todhri": (0x105C0, 0x105F3), "brahmi": (0x11000, 0x11075), "tulu": (0x11380, 0x113E2), "kawi": (0x11F00, 0x11F59),
    "cuneiform": (0x12000, 0x12399), "hieroglyphs": (0x13000, 0x1342F), "gurung": (0x16100, 0x16139), "kirat": (0x16D40, 0x16D79),
    "math": (0x1D400, 0x1D7FF), "nyiakeng": (0x1E100, 0x1E14F), "adlam": (0x1E900, 0x1E95F), "symbols": (0x1F000, 0x1F9FF),
    "han-b": (0x20000, 0x2A6DF), "han-h": (0x31350, 0x323AF), "tags": (0xE0001, 0xE007F), "private-b": (0x100000, 0x10FFFD),
}

MARKS = [0x300, 0x301, 0x302, 0x303, 0x308, 0x30A, 0x30C, 0x316, 0x31B, 0x323, 0x327, 0x328, 0x334, 0x338, 0x340, 0x341,
         0x343, 0x344, 0x345, 0x35C, 0x360, 0x5B0, 0x5B4, 0x5C1, 0x64B, 0x651, 0x653, 0x670, 0x93C, 0x94D, 0x9BC, 0xE38,
         0xF71, 0xF73, 0xF74, 0xF80, 0x3099, 0x309A, 0x20D0, 0x20DD, 0xFE20, 0xFE0F, 0x1D165]
# Marks and composites that came after Unicode 9: the reference does not know them.
NEW_MARKS = [0x7FD, 0x897, 0x8CA, 0x8D3, 0x9FE, 0xC3C, 0xD3B, 0x1715, 0x1ABF, 0x1ACE, 0x1DF6, 0xA82C, 0x10D24, 0x10EAB,
             0x10EFD, 0x10F46, 0x113CE, 0x11930, 0x11935, 0x11938, 0x1611E, 0x16121, 0x1612F, 0x16D67, 0x1E08F, 0x1E4EC]
BASES = "aAeEiouyncszgkǖớάऩক곡가각각ÅÅΩKÅßıſﬁ한かは゛ׁשﭏ"

CONTRACTIONS = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d", "'S", "'T", "'RE", "'Re", "'rE", "'VE", "'Ve", "'M", "'LL", "'Ll",
                "'lL", "'D", "'\u017f", "\u2019s", "\u2019ll", "'", "''", "'r", "'v", "'l", "'x", "'sS", "'res", "'lle", "'\u212a"]

LOOKALIKES = ["<|endoftext|>", "<|begin_of_text|>", "<|end_of_text|>", "<|eot_id|>", "<|start_header_id|>user<|end_header_id|>\n\n",
              "<|im_start|>", "<|im_end|>", "<|im_start|>user\nhi<|im_end|>\n", "<s>", "</s>", "<unk>", "<pad>", "[INST]", "[/INST]",
              "[INST] hi [/INST]", "<think>", "</think>", "<tool_call>", "</tool_call>", "<<SYS>>\n", "<|im_", "im_end|>", "<|", "|>",
              "<|endoftext", "<s", "s>", "<|endoftext|><|endoftext|>", "< s >", "<S>", "<0x0A>", "<0xFF>", "<0x", "▁", "▁▁", "Ġ", "Ċ",
              "ĠthĠe", "[STRIP]", "[LEFT]", "[RIGHT]", "[WORD]", "cafe\u0301", "café", "  [", "\n\n"]


def corpus(seed=20251122):
    """Texts, each at most once, in a fixed order."""
    rng = random.Random(seed)
    texts = ["", *map(chr, range(256)), *SENTENCES, *CODE, *URLS, *EMOJI, *LOOKALIKES, *CONTRACTIONS]

    def word(script):
        low, high = SCRIPTS[script]
        return "".join(chr(rng.randint(low, high)) for _ in range(rng.randint(1, 9)))

    def spaces(most=6):
        return "".join(rng.choice(SPACES if rng.random() < 0.4 else [" ", "\n", "\r\n", "\t", "  "]) for _ in range(rng.randint(1, most)))

    english = [w for s in SENTENCES[:6] for w in s.split()]

    for script in SCRIPTS:
        for _ in range(5):
            texts.append(rng.choice(["", " "]).join(word(script) + rng.choice(["", " ", ", "]) for _ in range(rng.randint(1, 4))))
    for _ in range(150):  # scripts side by side
        texts.append(rng.choice(["", " "]).join(word(rng.choice(list(SCRIPTS))) for _ in range(rng.randint(2, 5))))
    for _ in range(100):  # pieces of sentences
        sentence = rng.choice(SENTENCES)
        start = rng.randrange(len(sentence))
        texts.append(sentence[start : start + rng.randint(1, 40)])
    for _ in range(120):  # emoji
        texts.append(rng.choice(["", " ", "x", "\u200d", "\ufe0f"]).join(rng.choice(EMOJI + ["ok", "."]) for _ in range(rng.randint(1, 6))))
    for _ in range(250):  # white space
        parts = []
        for _ in range(rng.randint(1, 5)):
            parts.append(spaces())
            parts.append(rng.choice(["", "a", "word", "7", "42", ".", "!?", "'s", "é", "中", rng.choice(NEARLY_SPACES), rng.choice(EMOJI)]))
        texts.append("".join(parts))
    for _ in range(100):  # control characters
        parts = [chr(rng.choice([*range(32), *range(127, 160)])) for _ in range(rng.randint(1, 6))]
        parts += rng.sample(english, 2)
        rng.shuffle(parts)
        texts.append("".join(parts))
    for _ in range(250):  # combining marks in any order
        text = ""
        for _ in range(rng.randint(1, 5)):
            text += rng.choice(BASES)
            text += "".join(chr(rng.choice(MARKS)) for _ in range(rng.randint(0, 4)))
            if rng.random() < 0.2:
                text += chr(rng.choice(NEW_MARKS))
            if rng.random() < 0.2:
                text += " "
        texts.append(text)
    for length in (31, 32, 33, 34, 200):  # more marks than any language has
        texts.append("e" + "".join(chr(rng.choice(MARKS)) for _ in range(length)) + "z")
        texts.append("a" + "".join(chr(rng.choice(MARKS + NEW_MARKS)) for _ in range(length)))
    for _ in range(200):  # numbers
        digits = rng.choice(["0123456789", "0123456789", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "０１２３４５６７８９", "²³¹⁰½¾ⅣⅫ①㊿", "𝟎𝟏𝟐𝟑"])
        number = "".join(rng.choice(digits) for _ in range(rng.randint(1, 12)))
        texts.append(rng.choice(["", " ", "-", "$", "x", "  "]) + number + rng.choice(["", ".", ",000", "e10", "%", " km", "th", number]))
    for _ in range(80):  # pieces of code, indented
        lines = rng.choice(CODE).splitlines()
        texts.append(rng.choice(["\n", "\r\n", "\n\n"]).join(" " * rng.choice([0, 1, 2, 3, 4, 8, 16]) + rng.choice(lines) for _ in range(rng.randint(1, 4))))
    for _ in range(40):
        texts.append(rng.choice(["", "see ", "(", "<"]) + rng.choice(URLS) + rng.choice(["", ".", ")", ">", "\n"]))
    for _ in range(120):  # contractions
        texts.append(rng.choice(["", " "]).join(rng.choice(["I", "WE", "don", "x1", "é", "1", "_", "_a", "", "中"]) + rng.choice(CONTRACTIONS) for _ in range(rng.randint(1, 4))))
    for _ in range(260):  # text that looks like special tokens
        parts = []
        for _ in range(rng.randint(1, 4)):
            parts.append(rng.choice(["", "", " ", "  ", "\n", "a", "é", ".", "_", "word", "\u200d", spaces(3)]))
            parts.append(rng.choice(LOOKALIKES))
        parts.append(rng.choice(["", "", " ", "\n ", "b", "ß", "1", "-", spaces(3)]))
        texts.append("".join(parts))
    for _ in range(200):  # anything
        texts.append("".join(chr(c) for c in (rng.randrange(0x110000) for _ in range(rng.randint(1, 12))) if not 0xD800 <= c < 0xE000))
    for _ in range(60):  # anything, near the front
        texts.append("".join(chr(rng.randrange(0x3000)) for _ in range(rng.randint(5, 30))))
    for unit in ["a", "ab", "abc", "aab", "the", " the", "e", "é", "e\u0301", "7", " ", "\n", "\t", " \n", "\r\n", ".", "!?", "'s", "'", "中", "😀", "_", "=", "-", "▁", "<", "<s>",
                 "<|endoftext|>", "\u0301", "\u0316\u0301", "\u3000", "a\u0323\u0302"]:
        for length in (rng.randint(2, 40), 600):
            texts.append((unit * length)[:length])
    for _ in range(4):  # very long words without a pattern
        texts.append("".join(rng.choice("etaoinshrdlu") for _ in range(1500)))
    return list(dict.fromkeys(texts))
