"""What is said to each refusal, by its code; `errorpages.sentence` fills in the values."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

SENTENCES: Mapping[str, Any] = {
    "evaluation-too-many": _l(
        "Mehr als %(most)s Fragen beantwortet kaum jemand. Löschen Sie eine."
    ),
    "evaluation-has-answers": _l(
        "Es gibt schon Antworten. Die Fragen bleiben deshalb, wie sie sind: Sonst hätten Menschen "
        "auf etwas geantwortet, das sie nie gelesen haben."
    ),
    "evaluation-nothing-asked": _l("Stellen Sie erst eine Frage."),
    "evaluation-over": _l(
        "Die Befragung ist zu Ende und bleibt es. Käme noch jemand dazu, ließe sich an den "
        "Ergebnissen ablesen, was diese Person geantwortet hat."
    ),
    "evaluation-not-to-answer": _l("Hier gibt es für Sie zurzeit nichts zu beantworten."),
    "evaluation-nothing-answered": _l("Bitte beantworten Sie mindestens eine Frage."),
    "evaluation-answered": _l("Sie haben schon geantwortet."),
    "reminder-there": _l("Diese Erinnerung gibt es schon. Ändern Sie sie in der Liste."),
    "too-many-reminders": _l(
        "Mehr als %(most)s Erinnerungen sind zu viel. Löschen Sie erst eine andere."
    ),
    "sheet-not-taken": _l(
        "Dieses PDF oder Bild wird nicht angenommen. Es darf kein Passwort, keine Skripte und "
        "keine angehängten Dateien haben. Scannen Sie die Liste als PDF, PNG oder JPEG."
    ),
    "sheet-there": _l("Dieser Scan ist schon hochgeladen."),
    "too-many-sheets": _l("Mehr als %(most)s Scans sind zu viel. Fassen Sie Seiten zusammen."),
    "sheets-too-large": _l(
        "Zusammen dürfen die Scans höchstens %(most)s MB haben. Scannen Sie kleiner."
    ),
    "funder-name-taken": _l("So heißt schon eine Vorlage. Geben Sie dieser einen anderen Namen."),
    "last-date": _l(
        "Das ist der letzte Termin, der noch stattfindet. Sagen Sie die ganze Veranstaltung ab."
    ),
    "no-report": _l(
        "In dieser Datei stehen keine Teilnehmenden. Gesucht sind Spalten mit Namen und Zeiten, so "
        "wie die Plattform sie ausgibt."
    ),
    "times-unreadable": _l(
        "Die Zeiten in dieser Datei lassen sich nicht lesen. Laden Sie die Datei so hoch, wie die "
        "Plattform sie ausgibt."
    ),
    "report-elsewhere": _l(
        "Nach den Zeiten in dieser Datei war zum Termin kaum jemand da. Prüfen Sie Termin, Datei "
        "und Zeitzone."
    ),
    "report-undecided": _l("Bitte entscheiden Sie jeden Zweifel."),
    "date-not-begun": _l("Das hat noch nicht begonnen. Tragen Sie es danach ein."),
    "no-walk-ins": _l("Der Einlass nimmt hier niemanden ohne Anmeldung auf."),
    "not-to-be-admitted": _l(
        "Diese Person darf noch nicht hinein. Geben Sie ihr zuerst einen Platz vor Ort."
    ),
    "not-to-be-taken-back": _l("Dieser Scan zählt ohnehin nicht. Es gibt nichts zurückzunehmen."),
    "event-full": _l("Alle Plätze sind vergeben."),
    "invitation-unknown": _l(
        "Dieser Einladungslink gilt nicht mehr. Bitte fragen Sie, wer ihn Ihnen geschickt hat."
    ),
    "delegates-stand": _l(
        "Für Ihre Organisation ist noch jemand angemeldet. Sagen Sie zuerst für diese Personen ab."
    ),
    "round-closed": _l(
        "Eingeladen wird nur zu veröffentlichten Veranstaltungen, die noch nicht vorbei sind."
    ),
    "nothing-to-send": _l(
        "Gerade ist niemand zu benachrichtigen. Alle haben schon Post bekommen oder keine Adresse."
    ),
    "invitation-used": _l(
        "Mit dieser persönlichen Einladung ist schon jemand angemeldet. Den Link zur Anmeldung "
        "senden wir Ihnen gern noch einmal zu."
    ),
    "organisation-missing": _l("Wählen Sie Ihre Organisation."),
    "quota-exhausted": _l(
        "Alle Plätze, die für diese Organisation vorgesehen sind, sind vergeben. Bitte sprechen "
        "Sie sich dort ab, wer kommt."
    ),
    "registration-closed": _l("Die Anmeldung ist zurzeit nicht möglich."),
    "no-date-left": _l(
        "An den gewählten Terminen ist kein Platz mehr frei, oder die Anmeldung ist beendet. "
        "Bitte wählen Sie andere."
    ),
    "event-changed": _l(
        "Die Veranstaltung wurde gerade geändert. Bitte prüfen Sie Ihre Angaben und senden "
        "Sie das Formular noch einmal ab."
    ),
    "programme-item-full": _l(
        "„%(title)s“ ist inzwischen ausgebucht. Bitte wählen Sie etwas anderes."
    ),
    "pdf-too-long": _l(
        "Mit %(columns)s Spalten gehen in ein PDF höchstens %(rows)s Personen. Wählen Sie "
        "weniger Spalten oder Personen, oder nehmen Sie XLSX."
    ),
    "nobody-on-paper": _l(
        "Aus Ihrer Auswahl hat niemand einen Platz vor Ort. Es gibt nichts zu drucken."
    ),
    "columns-name-taken": _l("So heißt schon eine Vorlage. Geben Sie dieser einen anderen Namen."),
    "no-new-badges": _l(
        "Seit dem letzten Druck ist niemand dazugekommen, und kein Name hat sich geändert. Wählen "
        "Sie „alle“, um noch einmal zu drucken."
    ),
    "too-many-on-paper": _l(
        "Auf einmal gehen höchstens %(most)s Personen. Drucken Sie in Teilen, zum Beispiel nach "
        "Programmpunkt."
    ),
    "too-many-exports": _l(
        "Es warten schon %(most)s Dateien auf Sie. Holen Sie diese zuerst oder brechen Sie eine ab."
    ),
    "overlap": _l("„%(first)s“ und „%(second)s“ liegen zur selben Zeit. Bitte wählen Sie eines."),
    "place-columns-missing": _l(
        "Die Liste braucht wenigstens die Spalten „Datum“ und „Ort“, in der ersten Zeile als "
        "Überschriften."
    ),
    "too-many-doors": _l("Es gibt schon %(most)s Eingänge mit Link. Beenden Sie zuerst einen."),
    "too-many-devices": _l(
        "Mit dieser Veranstaltung sind schon %(most)s Geräte verbunden. "
        "Bitten Sie die Veranstalter, alte zu beenden."
    ),
    "report-changed": _l(
        "Jemand anders hat den Bericht inzwischen geändert. Ihr Text steht noch hier. Speichern "
        "Sie noch einmal, dann gilt er."
    ),
    "report-empty": _l("Schreiben Sie erst auf, wie es war, und speichern Sie es."),
    "too-many-pictures": _l("Mehr als %(most)s Bilder nimmt ein Bericht nicht auf."),
    "picture-too-large": _l("Das Bild ist zu groß. Höchstens %(most)s MB sind möglich."),
    "picture-unreadable": _l("Das ist kein lesbares Bild. Wählen Sie eine PNG- oder JPEG-Datei."),
    "picture-there": _l("Dieses Bild ist schon da."),
    "too-many-materials": _l("Mehr als %(most)s Materialien nimmt eine Veranstaltung nicht auf."),
    "materials-too-large": _l(
        "Alle Dateien einer Veranstaltung dürfen zusammen höchstens %(most)s MB groß sein. "
        "Löschen Sie erst eine andere, oder verlinken Sie die Datei."
    ),
    "material-too-large": _l(
        "Diese Datei ist zu groß. Höchstens %(most)s MB sind möglich. Verkleinern Sie die Bilder "
        "darin, oder verlinken Sie die Datei."
    ),
    "material-not-taken": _l(
        "Diese Datei nehmen wir nicht an. Möglich sind PDF, Word, PowerPoint, Excel, "
        "OpenDocument, PNG, JPEG und Text, ohne Makros. Speichern Sie sie so, oder als PDF."
    ),
    "too-many-partners": _l("Es gibt schon %(most)s Partner. Mehr nimmt ein Termin nicht auf."),
    "too-late-to-restore": _l(
        "Die Absage ist schon verschickt und lässt sich nicht mehr zurücknehmen."
    ),
    "changed-meanwhile": _l(
        "Jemand anders hat die Veranstaltung inzwischen geändert. Ihre Eingaben stehen noch "
        "hier. Speichern Sie noch einmal, dann gelten sie."
    ),
    "attendance-in-use": _l(
        "%(n)s Angemeldete nehmen so teil. Es kann erst wegfallen, wenn niemand mehr so "
        "angemeldet ist."
    ),
    "organisation-changed": _l(
        "Jemand anders hat die Organisation inzwischen geändert. Ihre Eingaben stehen noch "
        "hier. Speichern Sie noch einmal, dann gelten sie."
    ),
    "organisation-in-use": _l(
        "Veranstaltungen, Anmeldungen oder ein Netzwerk beziehen sich auf diese Organisation. "
        "Sie bleibt deshalb im Register."
    ),
    "need-changed": _l(
        "Jemand anders hat den Stand inzwischen geändert. Er steht über dem Formular; Ihre "
        "Eingaben sind noch da. Speichern Sie noch einmal, dann gelten sie."
    ),
    "question-type-in-use": _l(
        "%(n)s Antworten passen nicht zu einer anderen Art. Legen Sie dafür eine neue Frage "
        "an und löschen Sie diese, wenn Sie die Antworten nicht mehr brauchen."
    ),
    "question-was-confidential": _l(
        "%(n)s Antworten wurden vertraulich gegeben und bleiben es. Legen Sie für offene "
        "Antworten eine neue Frage an."
    ),
    "options-chosen": _l(
        "„%(option)s“ haben schon %(n)s Angemeldete gewählt. Soll es nicht mehr angeboten "
        "werden, bestätigen Sie das darunter."
    ),
    "question-asked-after": _l(
        "Die Frage „%(label)s“ hängt an einer Antwort auf diese. Ändern Sie zuerst jene."
    ),
    "file-unreadable": _l(
        "Diese Datei lässt sich nicht lesen. Speichern Sie die Liste in Excel als .xlsx oder "
        "als CSV, und wählen Sie sie noch einmal."
    ),
    "file-too-large": _l(
        "Diese Datei ist zu groß. Höchstens %(most)s MB sind möglich; teilen Sie die Liste."
    ),
    "too-many-rows": _l("Höchstens %(most)s Zeilen sind möglich. Teilen Sie die Liste."),
    "nothing-in-file": _l(
        "In der Datei stehen keine Organisationen. In die erste Zeile gehören Überschriften, "
        "darunter je Organisation eine Zeile."
    ),
    "plan-changed": _l(
        "Das Register hat sich inzwischen geändert, oder eine Entscheidung fehlt noch. Es "
        "wurde nichts übernommen. Bitte sehen Sie die Liste noch einmal durch."
    ),
    "not-announced": _l(
        "Ankündigen lässt sich nur ein Termin, der angekündigt ist und für den sich noch niemand "
        "anmelden kann."
    ),
    "wording-changed": _l(
        "Jemand anders hat diesen Text inzwischen geändert. Bitte sehen Sie ihn noch einmal an; "
        "was Sie gerade getippt haben, steht noch hier."
    ),
    "message-changed": _l(
        "Jemand anders hat die Nachricht inzwischen geändert. Ihr Text steht noch hier. "
        "Speichern Sie noch einmal, dann gilt er."
    ),
    "mail-under-way": _l(
        "Diese E-Mail ist gerade unterwegs oder wurde eben noch einmal gesendet. In zehn Minuten "
        "geht es wieder."
    ),
    "mail-has-no-reason": _l(
        "Was in dieser E-Mail stand, gilt nicht mehr, oder die Person will solche E-Mails nicht. "
        "Es ging nichts hinaus."
    ),
    "message-leaving": _l("Diese Nachricht ist schon unterwegs."),
    "nobody-to-write-to": _l("An diese Auswahl kann zurzeit keine Nachricht gehen."),
    "too-many-dates": _l(
        "Das wären mehr als %(most)s Termine. Wählen Sie einen kürzeren Zeitraum."
    ),
    "network-changed": _l(
        "Jemand anders hat das Netzwerk inzwischen geändert. Ihre Eingaben stehen noch hier. "
        "Speichern Sie noch einmal, dann gelten sie."
    ),
    "nobody-left": _l(
        "Laden Sie zuerst unter „Zugänge“ eine Person ein, die in diesem Netzwerk alles darf. "
        "Mit einer eigenen verantwortlichen Stelle endet der Zugriff von oben, auch Ihrer."
    ),
    "below-itself": _l("Dieses Netzwerk gehört inzwischen selbst dazu. Wählen Sie ein anderes."),
    "logo-too-large": _l("Das Bild ist zu groß. Höchstens 500 KB sind möglich."),
    "logo-unreadable": _l("Das ist kein lesbares Bild. Wählen Sie eine PNG- oder JPEG-Datei."),
    "change-closed": _l("Diese Anmeldung lässt sich nicht mehr ändern."),
    "substitute-closed": _l("Dieser Platz lässt sich nicht mehr an jemand anderen geben."),
    "nothing-chosen": _l("Wählen Sie wenigstens einen Termin aus, den Sie absagen möchten."),
    "already-cancelled": _l("Diese Anmeldung ist bereits abgesagt."),
    "switch-closed": _l(
        "So kann man zurzeit nicht mehr teilnehmen. Ihre Anmeldung bleibt, wie sie ist."
    ),
    "not-offered": _l("Dieses Angebot gilt nicht mehr."),
    "not-waiting": _l("Diese Person steht nicht auf der Warteliste."),
    "not-confirmed-yet": _l("Die Person hat ihre Anmeldung noch nicht bestätigt."),
    "not-decided-yet": _l("Über diese Anmeldung ist noch nicht entschieden."),
    "already-decided": _l("Über diese Anmeldung ist schon entschieden."),
    "unchanged": _l("So steht es schon da."),
    "too-many-views": _l("Sie haben schon %(most)s Ansichten. Löschen Sie zuerst eine."),
    "already-registered": _l("Unter diesem Namen und dieser Adresse ist schon jemand eingetragen."),
    "wrong-password": _l("Das Passwort stimmt nicht."),
    "wrong-code": _l("Der Code stimmt nicht, oder er wurde schon benutzt."),
    "wrong-first-code": _l(
        "Der Code stimmt nicht. Nehmen Sie den, den die App gerade zeigt, und prüfen Sie, ob "
        "die Uhr Ihres Geräts richtig geht."
    ),
    "passkey-refused": _l("Das hat nicht geklappt. Bitte versuchen Sie es noch einmal."),
    "passkey-known": _l("Dieser Passkey ist schon eingerichtet."),
    "too-many-passkeys": _l("Mehr als %(most)s Passkeys sind nicht möglich."),
    "log-in-expired": _l("Das hat zu lange gedauert. Bitte melden Sie sich noch einmal an."),
    "wrong-credentials": _l("E-Mail-Adresse oder Passwort stimmen nicht."),
    "password-too-short": _l("Wählen Sie ein Passwort mit mindestens %(least)s Zeichen."),
    "password-too-long": _l("Wählen Sie ein Passwort mit höchstens %(most)s Zeichen."),
    "password-common": _l(
        "Solche Passwörter werden zuerst probiert: häufige Wörter, Namen, Zahlenreihen, "
        "Tastenfolgen. Wählen Sie ein anderes, zum Beispiel vier Wörter, die nichts "
        "miteinander zu tun haben."
    ),
    "password-guessable": _l("Dieses Passwort ist leicht zu erraten. Wählen Sie ein anderes."),
}
