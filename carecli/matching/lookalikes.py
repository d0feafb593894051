"""Letters of other scripts that look like Latin ones.

Made from the confusables of Unicode Technical Standard 39, as in the package confusable-homoglyphs
3.3.1; see NOTICES.md. Kept are letters whose prototype is one Latin letter and that neither
compatibility decomposition nor their own name leads to; small letters of Greek and Cyrillic that
look like their capital are added.
"""

LOOK_ALIKES = {
    "a": "ɑΑαАаᎪᗅꓮ𐊠𖽀",
    "b": "ƄƅΒβВЬвьᏏᏴᑲᖯᗷꓐꞴꞵ𐊂𐊡𐌁",
    "c": "СсᏟⲤⲥꓚꮯ𐊢𐌂𐐕𐐽𐔜",
    "d": "ԁᎠᏧᑯᗞᗪꓒꓓ",
    "e": "ΕεЕеҽᎬⴹꓰꬲ𐊆𑢦𑢮𑣆𑣎",
    "f": "Ϝϝքᖴẝꓝꬵ𐊇𐊥𐔥𑢢𑣂",
    "g": "ƍɡԌԍցᏀᏳꓖ",
    "h": "ΗηНнһհᎻᏂᕼⲎⲏꓧ𐋏",
    "i": "ɩΙιІіӏᎥꙇꭵ𑣃",
    "j": "ͿϳЈјᎫᒍꓙ",
    "k": "ΚκКкᏦᛕⲔⲕꓗ𐔘",
    "l": "ƖǀӀᏞᒪᛁⲒⲓⳐⳑⵏꓡꓲ𐊊𐌉𐐛𐑃𐔦𑢣𑢲𑣒𖼖𖼨",
    "m": "ΜϺϻМмᎷᗰᛖⲘⲙꓟ𐊰𐌑",
    "n": "ΝոռⲚⲛꓠ𐔓",
    "o": "ΟοσОоՕօଠഠဝჿዐᴑⲞⲟⵔꓳꬽ𐊒𐊫𐐄𐐬𐓂𐓪𐔖𑢵𑣈𑣕𑣗",
    "p": "ΡρРрᏢᑭⲢⲣꓑ𐊕",
    "q": "ԛգզⵕ",
    "r": "ƦʀгᎡᏒᖇᴦⲅꓣꭇꭈꮁ𐒴𐓜𖼵",
    "s": "ƽЅѕՏտᏕᏚꓢꮪ𐊖𐐠𐑈𑣁𖼺",
    "t": "ΤτТтᎢⲦⲧꓔ𐊗𐊱𐌕𑢼𖼊",
    "u": "ʋυՍսሀᑌꓴꞟ𐓎𐓶𑢸𑣘𖽂μ",
    "v": "νѴѵᏙᐯⴸꓦꛟꮩ𐔝𑜆𑢠𑣀𖼈",
    "w": "ɯѡԜԝաᎳᏔꓪꮃ𑜊𑜎𑜏",
    "x": "ΧχХхᕁᕽᚷⲬⲭⵝꓫꞳꭓ𐊐𐊴𐌗𐔧",
    "y": "ɣΥγУуҮүყᎩᎽᶌⲨⲩꓬ𐊲𑢤𑣜𖽃",
    "z": "ΖζᏃꓜꮓ𑢩𑣄𑣉",
}
"""Each Latin letter, and the letters that look like it."""
