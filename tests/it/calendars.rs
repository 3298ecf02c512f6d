//! `.ics` files.

use kmsite::id::Lang;
use kmsite::model::{Kind, Moment};
use kmsite::render::calendar::ics;
use kmsite::view::calendar::{Calendar, CalendarOf, calendar, calendars};

use crate::made_site::{self, config, front, piece, site_of, text};

/// The content lines, unfolded.
fn lines(ics: &str) -> Vec<String> {
    ics.replace("\r\n ", "").split("\r\n").map(str::to_owned).collect()
}

#[test]
fn one_for_each_language_with_sessions_and_one_for_each_session() {
    let site = made_site::site();
    let routes: Vec<String> = calendars(&site).iter().map(|of| of.route(&site).to_string()).collect();
    assert_eq!(routes, ["/sessions.ics", "/sessions/a/session.ics", "/sessions/b/session.ics"]);
}

#[test]
fn a_free_session_says_where_and_a_paid_one_does_not() {
    let site = made_site::site();
    let ics = text(&ics(&calendar(&site, &CalendarOf::Language(Lang::new("zh")))));
    let lines = lines(&ics);
    let events: Vec<&[String]> = lines.split(|line| line == "BEGIN:VEVENT").skip(1).collect();
    // The UID is a hash, of which only the form is known beforehand.
    let uid = events[0][0].strip_prefix("UID:").and_then(|uid| uid.strip_suffix("@example.org")).expect("a UID");
    assert!(uid.len() == 32 && uid.bytes().all(|b| b.is_ascii_hexdigit()));
    // 20:00 at +08:00 is 12:00 UTC; the stamp is the date of the piece.
    assert_eq!(
        events[0][1..10],
        [
            "DTSTAMP:20261101T000000Z",
            "DTSTART:20261201T120000Z",
            "DURATION:PT90M",
            "SUMMARY:公开课；第一讲\\, 开始",
            "DESCRIPTION:OPEN 带上\\n电脑",
            "URL:https://example.org/blog/sessions/a/",
            "LOCATION:上海\\, 人民广场",
            "CONFERENCE;VALUE=URI:https://meet.example/OPEN?a=1,2",
            "END:VEVENT",
        ]
        .map(str::to_owned)[..]
    );
    // No offset was written: the time floats. No date: the start is the stamp.
    assert_eq!(
        events[1][1..6],
        [
            "DTSTAMP:20261208T200000Z",
            "DTSTART:20261208T200000",
            "DURATION:PT60M",
            "SUMMARY:会员课",
            "URL:https://example.org/blog/sessions/b/",
        ]
        .map(str::to_owned)[..]
    );
    assert!(!ics.contains("CANARY"));
    assert!(ics.ends_with("END:VCALENDAR\r\n"));
}

#[test]
fn a_session_on_a_day_has_no_duration() {
    let day = front(piece(Kind::Session, "zh", ("s", "/s/"), "日"), |front| {
        front.start = Moment::parse("2026-12-01");
        front.length = Some("2h".to_owned());
    });
    let site = site_of(config(), vec![day], Vec::new());
    let ics = text(&ics(&calendar(&site, &CalendarOf::Language(Lang::new("zh")))));
    assert!(ics.contains("\r\nDTSTART;VALUE=DATE:20261201\r\n"));
    assert!(!ics.contains("DURATION"));
}

#[test]
fn the_name_of_an_event_outlives_its_title_address_and_date() {
    let uid = |route: &str, title: &str, start: &str| {
        let session = front(piece(Kind::Session, "zh", ("s", route), title), |front| front.start = Moment::parse(start));
        calendar(&site_of(config(), vec![session], Vec::new()), &CalendarOf::Language(Lang::new("zh"))).events[0].uid.clone()
    };
    assert_eq!(uid("/a/", "一", "2026-12-01T20:00Z"), uid("/b/", "二", "2027-01-01T20:00Z"));
}

#[test]
fn lines_are_folded_at_75_octets_between_characters() {
    // `SUMMARY:` and 22 Han characters of 3 octets are 74 octets: the 23rd would make 77.
    let title = "汉".repeat(60);
    let session = front(piece(Kind::Session, "zh", ("s", "/s/"), &title), |front| front.start = Moment::parse("2026-12-01"));
    let site = site_of(config(), vec![session], Vec::new());
    let ics = text(&ics(&calendar(&site, &CalendarOf::Session(made_site::id(&site, "s")))));
    let at = ics.find("SUMMARY:").expect("a summary");
    let first = ics[at..].split("\r\n").next().expect("a line");
    assert_eq!(first, format!("SUMMARY:{}", "汉".repeat(22)));
    assert!(ics.split("\r\n").all(|line| line.len() <= 75));
    assert!(lines(&ics).contains(&format!("SUMMARY:{title}")));
}

proptest::proptest! {
    #[test]
    fn whatever_the_text_it_comes_back_out_and_ends_no_line(name in "\\PC{0,200}") {
        let made = text(&ics(&Calendar { name: name.clone(), lang: Lang::new("zh"), events: Vec::new() }));
        proptest::prop_assert!(made.split("\r\n").all(|line| line.len() <= 75));
        let line = lines(&made).into_iter().find_map(|line| line.strip_prefix("X-WR-CALNAME:").map(str::to_owned));
        let unescaped = line.unwrap_or_default().replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\");
        proptest::prop_assert_eq!(unescaped, name);
    }
}
