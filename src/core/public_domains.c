/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Domains whose addresses anybody can have: what they have in common is no organisation.  A provider's own staff
 * may be customers by address.
 */
#include "core/customer.h"

#include <stddef.h>

const char *const public_domains[] = {
  "126.com", "139.com", "163.com", "189.cn", "aim.com", "alice.it", "aliyun.com", "aol.com", "aol.de", "arcor.de",
  "att.net", "bellsouth.net", "bigpond.com", "bk.ru", "bluewin.ch", "bol.com.br", "btinternet.com", "caramail.com",
  "charter.net", "comcast.net", "cox.net", "daum.net", "e-mail.de", "earthlink.net", "email.com", "email.cz",
  "email.de", "fastmail.com", "fastmail.fm", "foxmail.com", "free.fr", "freemail.hu", "freenet.de", "gmail.com",
  "gmx.at", "gmx.ch", "gmx.com", "gmx.de", "gmx.eu", "gmx.fr", "gmx.info", "gmx.net", "gmx.org", "googlemail.com",
  "hanmail.net", "hey.com", "hotmail.be", "hotmail.ch", "hotmail.co.jp", "hotmail.co.uk", "hotmail.com",
  "hotmail.com.br", "hotmail.de", "hotmail.es", "hotmail.fr", "hotmail.it", "hotmail.nl", "hushmail.com", "i.ua",
  "icloud.com", "ig.com.br", "inbox.lv", "inbox.ru", "interia.pl", "kpnmail.nl", "laposte.net", "libero.it",
  "list.ru", "live.ca", "live.co.uk", "live.com", "live.com.au", "live.de", "live.fr", "live.it", "live.nl",
  "mac.com", "mail.com", "mail.de", "mail.ru", "mailbox.org", "me.com", "msn.com", "nate.com", "naver.com",
  "neuf.fr", "ntlworld.com", "o2.pl", "onet.pl", "online.de", "online.no", "op.pl", "optonline.net", "orange.fr",
  "outlook.at", "outlook.com", "outlook.com.br", "outlook.de", "outlook.es", "outlook.fr", "outlook.it",
  "outlook.jp", "passport.com", "planet.nl", "pm.me", "post.cz", "posteo.de", "posteo.net", "proton.me",
  "protonmail.ch", "protonmail.com", "qq.com", "rambler.ru", "rediffmail.com", "rocketmail.com", "runbox.com",
  "sapo.pt", "sbcglobal.net", "seznam.cz", "sfr.fr", "shaw.ca", "sina.cn", "sina.com", "sky.com", "skynet.be",
  "sohu.com", "swissonline.ch", "sympatico.ca", "t-online.de", "talktalk.net", "telenet.be", "telia.com",
  "terra.com.br", "tin.it", "tiscali.co.uk", "tiscali.it", "tuta.com", "tuta.io", "tutamail.com", "tutanota.com",
  "tutanota.de", "ukr.net", "uol.com.br", "verizon.net", "virgilio.it", "virginmedia.com", "vodafone.de",
  "volny.cz", "wanadoo.fr", "web.de", "wp.pl", "xs4all.nl", "ya.ru", "yahoo.ca", "yahoo.co.id", "yahoo.co.in",
  "yahoo.co.jp", "yahoo.co.uk", "yahoo.com", "yahoo.com.ar", "yahoo.com.au", "yahoo.com.br", "yahoo.com.mx",
  "yahoo.de", "yahoo.es", "yahoo.fr", "yahoo.in", "yahoo.it", "yandex.com", "yandex.ru", "yeah.net", "ymail.com",
  "ziggo.nl", "zoho.com", "zohomail.com",
  NULL,
};
