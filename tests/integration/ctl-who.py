#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""ticketctl about customers and the people on file."""
import contextlib
import sqlite3
import unittest

import ctl


class WhoTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.desk = ctl.Desk(filled=False)

    @classmethod
    def tearDownClass(cls):
        cls.desk.close()

    def test_customer(self):
        gamma = {"id": "gamma", "name": "Gamma Rays", "domains": ["gamma.example"], "addresses": ["ray@gmail.com"],
                 "writers": ["help@elsewhere.example"], "plan": "gold", "tags": {"tier": ["one"]},
                 "manager": "anna@example.com", "contact": "boss@gamma.example"}
        self.assertEqual(self.desk.json("customer", "gamma"),
                         {"version": 1, "address": None, "by": None, "matched": None, "customer": gamma,
                          "person": None})
        for who, by, matched, customer in (("Ray@Sub.Gamma.Example", "domain", "gamma.example", gamma),
                                           ("ray@gmail.com", "address", "ray@gmail.com", gamma),
                                           ("eve@gmail.com", "public", "gmail.com", None),
                                           ("eve@nobody.example", None, None, None)):
            with self.subTest(who=who):
                found = self.desk.json("customer", who)
                self.assertEqual((found["address"], found["by"], found["matched"], found["customer"]),
                                 (who.lower(), by, matched, customer))
        self.assertEqual(self.desk.text("customer", "eve@gmail.com"),
                         "eve@gmail.com is nobody's: gmail.com is a public mail domain\n")
        self.assertEqual(self.desk.text("customer", "x@gamma.example"),
                         "x@gamma.example is customer gamma, by the domain gamma.example\n"
                         "customer gamma\n  name       Gamma Rays\n  domains    gamma.example\n"
                         "  addresses  ray@gmail.com\n  writers    help@elsewhere.example\n  plan       gold\n"
                         "  tags       tier=one\n  manager    anna@example.com\n  contact    boss@gamma.example\n")
        ray = self.desk.json("explain", "-", stdin=ctl.message("Hello", "x", sender="ray@gamma.example", msgid="ray"))
        self.assertEqual((ray["customer"], ray["customer_by"], ray["plan"], ray["known"]),
                         ("gamma", "domain", "gold", True))
        self.assertFalse(self.desk.json("explain", "-", stdin=ctl.message("x", "y"))["known"])
        self.assertEqual(ray["classification"]["tags"], {"tier": ["one"]})

    def test_login(self):
        for sender, login, more, proven in (("eve", "web1", "", True), ("bob", "web1", "", False),
                                            ("eve", "web2", "", False), ("eve", "eve@acme.example", "", False),
                                            ("eve", "web1", "From: bob@acme.example\n", False)):
            mail = ctl.message("Hello", "x", sender=f"{sender}@acme.example", msgid="new", more=more)
            with self.subTest(sender=sender, login=login, more=more):
                found = self.desk.json("explain", "-", "--login", login, stdin=mail)
                self.assertEqual(found["authenticated"], proven)

    def test_all_customers(self):
        self.assertEqual(self.desk.text("customer"),
                         "CUSTOMER  PLAN  NAME\ngamma     gold  Gamma Rays\ndelta     -     delta\n")
        listed = self.desk.json("customer")
        self.assertEqual(set(listed), {"version", "customers"})
        self.assertEqual(listed["customers"], [self.desk.json("customer", name)["customer"]
                                               for name in ("gamma", "delta")])
        without = ctl.CONFIGURATION.split("customers:")[0].format(root=self.desk.root)
        config = self.desk.write("without.yaml", without.encode())
        self.assertEqual(self.desk.text("customer", config=config), "no customers\n")
        self.assertEqual(self.desk.json("customer", config=config), {"version": 1, "customers": []})
        for columns in (40, 200):
            many = without + "customers:\n" + "".join(
                f"  c{'x' * number}: {{name: {'Long name ' * 10}}}\n" for number in range(1, 31, 5))
            wide = self.desk.text("customer", config=self.desk.write("many.yaml", many.encode()), COLUMNS=str(columns))
            self.assertLessEqual(max(map(len, wide.splitlines())), columns)
            self.assertEqual(wide.count("\n"), 7)

    def test_contacts(self):
        with contextlib.closing(ctl.Desk()) as desk:
            self.assertEqual(desk.text("contact", "list"), "no contacts\n")
            self.assertEqual(desk.json("contact", "list"), {"version": 1, "contacts": []})
            with contextlib.closing(sqlite3.connect(desk.path("tickets.db"))) as database, database:
                database.executescript(
                    "INSERT INTO contact (id, customer, name, created_at, confirmed_at, blocked_at)"
                    " VALUES (1, 'delta', 'Ray', 1795190400, 1795190460, NULL), (2, NULL, '', 1795190400, NULL, NULL);"
                    "INSERT INTO contact_address (address, contact)"
                    " VALUES ('ray@gamma.example', 1), ('ray@home.example', 1), ('eve@acme.example', 2)")
            ray = {"id": 1, "name": "Ray", "addresses": ["ray@gamma.example", "ray@home.example"], "customer": "delta",
                   "created_at": "2026-11-20T16:00:00Z", "confirmed_at": "2026-11-20T16:01:00Z", "blocked_at": None}
            self.assertEqual(desk.json("contact", "list", "--customer", "delta")["contacts"], [ray])
            self.assertEqual([person["id"] for person in desk.json("contact", "list")["contacts"]], [1, 2])
            self.assertTrue(desk.text("contact", "list").startswith(
                "contact 1\n  name       Ray\n  addresses  ray@gamma.example, ray@home.example\n  customer   delta\n"))
            found = desk.json("customer", "ray@gamma.example")
            self.assertEqual((found["by"], found["customer"]["id"], found["person"]), ("contact", "delta", ray))
            plain = desk.json("explain", "-", stdin=ctl.message("x", "y", sender="ray@gamma.example", msgid="ray"))
            self.assertEqual((plain["customer"], plain["customer_by"], plain["plan"]), ("delta", "contact", None))
            self.assertEqual(plain["classification"]["tags"], {})
            # Another address of a requester may go on with his ticket.
            with contextlib.closing(sqlite3.connect(desk.path("tickets.db"))) as database, database:
                database.execute("INSERT INTO contact_address VALUES ('eve@home.example', 2)")
            again = desk.json("explain", "-", stdin=ctl.message("[example#1] x", "y", sender="eve@home.example",
                                                            msgid="home"))
            self.assertEqual((again["action"], again["ticket"], again["evidence"]), ("append", 1, "subject"))


if __name__ == "__main__":
    unittest.main()
