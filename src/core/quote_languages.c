/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/quote_languages.h"
#include "core/quote_words.h"

#include <stddef.h>

const TmLabelWord quote_language_labels[] = {
  { "feladó", TM_LABEL_FROM }, { "de la", TM_LABEL_FROM }, { "expeditor", TM_LABEL_FROM },
  { "expeditorul", TM_LABEL_FROM }, { "šalje", TM_LABEL_FROM }, { "pošiljatelj", TM_LABEL_FROM },
  { "kimden", TM_LABEL_FROM }, { "gönderen", TM_LABEL_FROM }, { "від", TM_LABEL_FROM },
  { "від кого", TM_LABEL_FROM }, { "відправник", TM_LABEL_FROM }, { "подател", TM_LABEL_FROM },
  { "saatja", TM_LABEL_FROM }, { "kellelt", TM_LABEL_FROM }, { "από", TM_LABEL_FROM }, { "nuo", TM_LABEL_FROM },
  { "dari", TM_LABEL_FROM }, { "từ", TM_LABEL_FROM }, { "من", TM_LABEL_FROM },
  { "מאת", TM_LABEL_FROM }, { "보낸 사람", TM_LABEL_FROM }, { "보낸사람", TM_LABEL_FROM }, { "送信元", TM_LABEL_FROM },

  { "dátum", TM_LABEL_DATE }, { "elküldve", TM_LABEL_DATE }, { "küldve", TM_LABEL_DATE },
  { "dată", TM_LABEL_DATE }, { "trimis", TM_LABEL_DATE }, { "trimis la", TM_LABEL_DATE },
  { "odoslané", TM_LABEL_DATE }, { "poslano", TM_LABEL_DATE }, { "tarih", TM_LABEL_DATE },
  { "gönderildi", TM_LABEL_DATE }, { "gönderilme tarihi", TM_LABEL_DATE }, { "надіслано", TM_LABEL_DATE },
  { "відправлено", TM_LABEL_DATE }, { "изпратено", TM_LABEL_DATE }, { "датум", TM_LABEL_DATE },
  { "kuupäev", TM_LABEL_DATE }, { "saadetud", TM_LABEL_DATE }, { "ημερομηνία", TM_LABEL_DATE },
  { "στάλθηκε", TM_LABEL_DATE }, { "εστάλη", TM_LABEL_DATE }, { "išsiųsta", TM_LABEL_DATE },
  { "datums", TM_LABEL_DATE }, { "nosūtīts", TM_LABEL_DATE }, { "enviat", TM_LABEL_DATE },
  { "tanggal", TM_LABEL_DATE }, { "dikirim", TM_LABEL_DATE }, { "ngày", TM_LABEL_DATE },
  { "đã gửi", TM_LABEL_DATE }, { "التاريخ", TM_LABEL_DATE }, { "تاريخ الإرسال", TM_LABEL_DATE },
  { "تم الإرسال", TM_LABEL_DATE }, { "תאריך", TM_LABEL_DATE }, { "נשלח", TM_LABEL_DATE },
  { "날짜", TM_LABEL_DATE }, { "보낸 날짜", TM_LABEL_DATE }, { "보낸날짜", TM_LABEL_DATE },

  { "címzett", TM_LABEL_TO }, { "către", TM_LABEL_TO }, { "destinatar", TM_LABEL_TO },
  { "destinatarul", TM_LABEL_TO }, { "pre", TM_LABEL_TO }, { "za", TM_LABEL_TO }, { "prima", TM_LABEL_TO },
  { "kime", TM_LABEL_TO }, { "alıcı", TM_LABEL_TO }, { "до", TM_LABEL_TO }, { "за", TM_LABEL_TO },
  { "saaja", TM_LABEL_TO }, { "kellele", TM_LABEL_TO }, { "προς", TM_LABEL_TO }, { "kam", TM_LABEL_TO },
  { "kepada", TM_LABEL_TO }, { "đến", TM_LABEL_TO }, { "tới", TM_LABEL_TO }, { "إلى", TM_LABEL_TO },
  { "אל", TM_LABEL_TO }, { "받는 사람", TM_LABEL_TO }, { "받는사람", TM_LABEL_TO }, { "送信先", TM_LABEL_TO },

  { "másolat", TM_LABEL_CC }, { "másolatot kap", TM_LABEL_CC }, { "kópia", TM_LABEL_CC },
  { "kopija", TM_LABEL_CC }, { "bilgi", TM_LABEL_CC }, { "копія", TM_LABEL_CC }, { "копие", TM_LABEL_CC },
  { "koopia", TM_LABEL_CC }, { "κοιν.", TM_LABEL_CC }, { "κοινοποίηση", TM_LABEL_CC }, { "نسخة", TM_LABEL_CC },
  { "עותק", TM_LABEL_CC }, { "참조", TM_LABEL_CC },

  { "tárgy", TM_LABEL_SUBJECT }, { "subiect", TM_LABEL_SUBJECT }, { "subiectul", TM_LABEL_SUBJECT },
  { "predmet", TM_LABEL_SUBJECT }, { "zadeva", TM_LABEL_SUBJECT }, { "konu", TM_LABEL_SUBJECT },
  { "относно", TM_LABEL_SUBJECT }, { "предмет", TM_LABEL_SUBJECT }, { "teema", TM_LABEL_SUBJECT },
  { "θέμα", TM_LABEL_SUBJECT }, { "tema", TM_LABEL_SUBJECT }, { "temats", TM_LABEL_SUBJECT },
  { "tēma", TM_LABEL_SUBJECT }, { "assumpte", TM_LABEL_SUBJECT }, { "perihal", TM_LABEL_SUBJECT },
  { "subjek", TM_LABEL_SUBJECT }, { "chủ đề", TM_LABEL_SUBJECT }, { "الموضوع", TM_LABEL_SUBJECT },
  { "נושא", TM_LABEL_SUBJECT }, { "제목", TM_LABEL_SUBJECT },
  { NULL, 0 },
};

const char *const quote_separators[] = {
  "original message", "original mail", "previous replies", "forwarded message", "begin forwarded message",
  "forwarded by", "ursprüngliche nachricht", "originalnachricht", "original-nachricht", "original nachricht",
  "ursprüngliche mail", "ursprüngliche e-mail", "weitergeleitete nachricht", "anfang der weitergeleiteten nachricht",
  "anfang der weitergeleiteten e-mail", "message d'origine", "message d’origine", "message original",
  "message initial", "message transféré", "e-mail transféré", "début du message réexpédié",
  "début du message transféré", "mensaje original", "mensaje reenviado", "inicio del mensaje reenviado",
  "correo original", "messaggio originale", "messaggio inoltrato", "inizio messaggio inoltrato",
  "messaggio inoltrato da", "mensagem original", "mensagem encaminhada", "início da mensagem encaminhada",
  "início da mensagem reencaminhada", "oorspronkelijk bericht", "oorspronkelijke bericht", "origineel bericht",
  "doorgestuurd bericht", "begin doorgestuurd bericht", "wiadomość oryginalna", "oryginalna wiadomość",
  "treść przekazanej wiadomości", "wiadomość przekazana dalej", "początek przekazywanej wiadomości",
  "originalmeddelande", "ursprungligt meddelande", "ursprungligt mejl", "vidarebefordrat meddelande",
  "vidarebefordrat mejl", "oprindelig meddelelse", "original meddelelse", "oprindelig besked",
  "videresendt meddelelse", "start på videresendt besked", "opprinnelig melding", "original melding",
  "videresendt melding", "alkuperäinen viesti", "edelleenlähetetty viesti", "välitetty viesti", "původní zpráva",
  "původní e-mail", "přeposlaná zpráva", "začátek přeposílané zprávy", "исходное сообщение", "пересылаемое сообщение",
  "перенаправленное сообщение", "начало переадресованного сообщения", "元のメッセージ", "オリジナルメッセージ", "転送メッセージ", "转发的邮件",
  "原始邮件", "邮件原件", "原始郵件", "原始信件", "转发邮件", "轉寄郵件", "转发信息", "originale meddelelse", "reply message",
  /* the languages beyond */
  "eredeti üzenet", "továbbított üzenet", "továbbított levél", "továbbított levél kezdete", "mesaj original",
  "mesajul original", "mesaj redirecționat", "începe mesajul redirecționat", "pôvodná správa", "preposlaná správa",
  "začiatok preposlanej správy", "izvorna poruka", "proslijeđena poruka", "započni proslijeđenu poruku",
  "izvirno sporočilo", "posredovano sporočilo", "orijinal mesaj", "özgün ileti", "yönlendirilmiş mesaj",
  "i̇letilen mesaj", "i̇letilen i̇leti", "i̇leti başlangıcı", "вихідне повідомлення", "оригінальне повідомлення",
  "переслане повідомлення", "початок листа, що пересилається", "оригинално съобщение", "препратено съобщение",
  "оригинална порука", "прослеђена порука", "algne kiri", "edastatud kiri", "αρχικό μήνυμα", "προωθημένο μήνυμα",
  "originalus laiškas", "persiųstas laiškas", "sākotnējais ziņojums", "pārsūtīts ziņojums", "missatge original",
  "missatge reenviat", "pesan asli", "pesan terusan", "thư gốc", "tin nhắn gốc", "الرسالة الأصلية",
  "رسالة معاد توجيهها", "הודעה מקורית", "הודעה שהועברה", "원본 메시지", "원본 메일", "원래 메시지", "전달된 메시지",
  "メッセージを転送", NULL,
};

const char *const quote_language_verbs[] = {
  "ezt írta", "a következőt írta", "a következőket írta", "a scris", "a scris următoarele", "napísal", "napísala",
  "napísal(a)", "píše", "je napisao", "je napisala", "je napisao/la", "napisao je", "napisala je", "je napisal",
  "napisal", "napisala", "piše", "şunu yazdı", "şunları yazdı", "yazdı", "пише", "написав", "написала",
  "написав(ла)", "написа", "је написао", "је написала", "је написао/ла", "kirjutas", "έγραψε", "rašė", "rakstīja",
  "va escriure", "ha escrit", "menulis", "đã viết", "تمت كتابة ما يلي بواسطة", "كتب", "كتبت", "كتب/كتبت", "כתב",
  "כתבה", "כתב/ה", "מאת", "님이 작성", "작성", "님이 씀", NULL,
};

const TmTrailerWord quote_language_trailers[] = {
  { "verzonden vanuit ", "" }, { "verstuurd vanuit ", "" },
  { "elküldve ", "" }, { "az iphone", " küldve" }, { "az ipad", " küldve" }, { "iphone", " küldve" },
  { "androidos ", " küldve" }, { "trimis de pe ", "" }, { "trimis din ", "" }, { "odoslané z ", "" },
  { "odoslané zo ", "" }, { "odoslané cez ", "" }, { "poslano s ", "" }, { "poslano sa ", "" },
  { "poslano iz ", "" }, { "poslano z ", "" }, { "iphone", " gönderildi" }, { "ipad", " gönderildi" },
  { "android", " gönderildi" }, { "samsung", " gönderildi" }, { "надіслано з ", "" }, { "надіслано із ", "" },
  { "відправлено з ", "" }, { "изпратено от ", "" }, { "изпратено с ", "" }, { "послато са ", "" },
  { "saadetud minu ", "" }, { "στάλθηκε από ", "" }, { "εστάλη από ", "" }, { "αποστολή από ", "" },
  { "išsiųsta iš ", "" }, { "nosūtīts no ", "" }, { "enviat des d", "" }, { "enviat des de ", "" },
  { "dikirim dari ", "" }, { "được gửi từ ", "" }, { "đã gửi từ ", "" }, { "gửi từ ", "" }, { "أُرسلت من ", "" },
  { "أرسلت من ", "" }, { "تم الإرسال من ", "" }, { "נשלח מ", "" },
  { "나의 ", "에서 보냄" },
  { "내 ", "에서 보냄" }, { "", "에서 보냄" }, { NULL, NULL },
};

const char *const quote_excuses[] = {
  "please excuse my brevity", "please excuse brevity", "please excuse any typos", "please excuse typos",
  "bitte entschuldigen sie die kürze", "bitte entschuldigen sie meine kürze", "bitte entschuldigen sie tippfehler",
  "veuillez excuser ma brièveté", "disculpa mi brevedad", "por favor disculpa mi brevedad",
  "perdonate la brevità", "excuse a minha brevidade", "excuseer mijn beknoptheid", NULL,
};
