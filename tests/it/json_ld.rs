//! JSON-LD.

use kmsite::id::Route;
use kmsite::model::Site;
use kmsite::view::ld::{Own, Subject, script};
use serde_json::{Value, json};

use crate::made_site::{self, FixedNames, id};

fn of_piece(site: &Site, source: &str) -> Value {
    graph(site, &Subject::Piece(id(site, source)))
}

/// What a page's script says.
fn graph(site: &Site, subject: &Subject<'_>) -> Value {
    serde_json::from_str(&script(site, &FixedNames, subject)).expect("JSON")
}

/// The node of a type.
fn node<'a>(graph: &'a Value, kind: &str) -> &'a Value {
    let nodes = graph["@graph"].as_array().expect("a graph");
    nodes.iter().find(|node| node["@type"] == kind).unwrap_or_else(|| panic!("no {kind} in {graph:#}"))
}

fn types(graph: &Value) -> Vec<&str> {
    graph["@graph"].as_array().expect("a graph").iter().filter_map(|node| node["@type"].as_str()).collect()
}

const BASE: &str = "https://example.org/blog";
const START: &str = "https://example.org/blog/articles/%E5%BC%80%E5%A7%8B/";

#[test]
fn a_free_article_whole() {
    let site = made_site::site();
    let graph = of_piece(&site, "articles/开始");
    let expected = json!({
        "@context": "https://schema.org",
        "@graph": [
            {
                "@type": "WebSite",
                "@id": format!("{BASE}/#website"),
                "url": format!("{BASE}/"),
                "name": "铁锈 & 朋友",
                "description": "OPEN description",
                "inLanguage": "zh",
                "publisher": { "@id": format!("{BASE}/#publisher") },
            },
            { "@type": "Person", "@id": format!("{BASE}/#publisher"), "name": "王小明", "url": format!("{BASE}/") },
            {
                "@type": "WebPage",
                "@id": format!("{START}#webpage"),
                "url": START,
                "name": "开始：<Rust> & \"我\"",
                "inLanguage": "zh",
                "isPartOf": { "@id": format!("{BASE}/#website") },
                "description": "OPEN 第一步 ]]> & 更多",
                "datePublished": "2024-05-01",
                "dateModified": "2024-05-01",
                "primaryImageOfPage": { "@type": "ImageObject", "url": "https://img.example/a.png" },
                "mainEntity": { "@id": format!("{START}#article") },
            },
            {
                "@type": "BreadcrumbList",
                "@id": format!("{START}#breadcrumb"),
                "itemListElement": [
                    { "@type": "ListItem", "position": 1, "name": "铁锈 & 朋友", "item": format!("{BASE}/") },
                    { "@type": "ListItem", "position": 2, "name": "文章", "item": format!("{BASE}/articles/") },
                    { "@type": "ListItem", "position": 3, "name": "开始：<Rust> & \"我\"", "item": START },
                ],
            },
            {
                "@type": "Article",
                "@id": format!("{START}#article"),
                "name": "开始：<Rust> & \"我\"",
                "description": "OPEN 第一步 ]]> & 更多",
                "url": START,
                "mainEntityOfPage": { "@id": format!("{START}#webpage") },
                "inLanguage": "zh",
                "author": [{ "@type": "Person", "name": "王小明" }, { "@type": "Person", "name": "李四" }],
                "publisher": { "@id": format!("{BASE}/#publisher") },
                "datePublished": "2024-05-01",
                "dateModified": "2024-05-01",
                "image": "https://img.example/a.png",
                "keywords": ["借用"],
                "educationalLevel": "beginner",
                "timeRequired": "PT7M",
                "headline": "开始：<Rust> & \"我\"",
                "isAccessibleForFree": true,
            },
        ],
    });
    assert_eq!(graph, expected);
}

#[test]
fn a_paid_article_marks_its_paywall() {
    let site = made_site::site();
    let graph = of_piece(&site, "articles/深入");
    let article = node(&graph, "Article");
    assert_eq!(article["isAccessibleForFree"], false);
    assert_eq!(article["hasPart"], json!({ "@type": "WebPageElement", "isAccessibleForFree": false, "cssSelector": ".paywall" }));
    assert_eq!(article["dateModified"], "2024-07-01");
    // Of a lesson or a chapter, it is the page that search engines look at.
    let page = node(&graph, "WebPage");
    assert_eq!((&page["isAccessibleForFree"], &page["hasPart"]), (&article["isAccessibleForFree"], &article["hasPart"]));
}

#[test]
fn a_course_has_its_sections_its_workload_and_its_offers() {
    let site = made_site::site();
    let graph = of_piece(&site, "courses/rust");
    let course = node(&graph, "Course");
    assert_eq!(course["provider"], json!({ "@id": format!("{BASE}/#publisher") }));
    assert_eq!(course["teaches"], json!(["写程序"]));
    assert_eq!(course["coursePrerequisites"], json!(["会用终端"]));
    // One lesson of 90 minutes, two levels down.
    let instance = json!({ "@type": "CourseInstance", "courseMode": "Online", "inLanguage": "zh", "courseWorkload": "PT1H30M" });
    assert_eq!(course["hasCourseInstance"], instance);
    let sections = json!([{ "@type": "Syllabus", "name": "第一章", "url": format!("{BASE}/courses/rust/1/") }]);
    assert_eq!(course["syllabusSections"], sections);
    let offers = course["offers"].as_array().expect("offers");
    assert_eq!(offers.len(), 2);
    assert_eq!(
        offers[0],
        json!({
            "@type": "Offer",
            "name": "会员",
            "category": "Subscription",
            "price": "39",
            "priceCurrency": "CNY",
            "priceSpecification": {
                "@type": "UnitPriceSpecification",
                "price": "39",
                "priceCurrency": "CNY",
                "referenceQuantity": { "@type": "QuantitativeValue", "value": 3, "unitCode": "MON" },
            },
            "availability": "https://schema.org/InStock",
            "url": "https://pay.example/member?a=1&b=2",
        })
    );
    assert_eq!((&offers[1]["price"], &offers[1]["category"]), (&json!("199.5"), &json!("Paid")));
}

#[test]
fn a_lesson_and_a_chapter_name_the_whole() {
    let site = made_site::site();
    let graph = of_piece(&site, "courses/rust/1/a");
    let lesson = node(&graph, "LearningResource");
    assert_eq!(lesson["learningResourceType"], "lesson");
    assert_eq!(lesson["timeRequired"], "PT1H30M");
    assert_eq!(lesson["position"], "1.1");
    let url = format!("{BASE}/courses/rust/");
    assert_eq!(lesson["isPartOf"], json!({ "@type": "Course", "@id": format!("{url}#course"), "name": "Rust 课", "url": url }));
    // Home, course, module, lesson.
    assert_eq!(node(&graph, "BreadcrumbList")["itemListElement"].as_array().map(Vec::len), Some(4));
    let graph = of_piece(&site, "books/book/one");
    assert_eq!(node(&graph, "Chapter")["isPartOf"]["@type"], "Book");
}

#[test]
fn a_free_session_says_where_and_a_paid_one_does_not() {
    let site = made_site::site();
    let graph = of_piece(&site, "sessions/a");
    let event = node(&graph, "EducationEvent");
    assert_eq!(event["startDate"], "2026-12-01T20:00:00+08:00");
    assert_eq!(event["endDate"], "2026-12-01T21:30:00+08:00");
    assert_eq!(event["eventAttendanceMode"], "https://schema.org/MixedEventAttendanceMode");
    assert_eq!(
        event["location"],
        json!([
            { "@type": "Place", "name": "上海, 人民广场" },
            { "@type": "VirtualLocation", "url": "https://meet.example/OPEN?a=1,2" },
        ])
    );
    assert_eq!(event["offers"], json!([{ "@type": "Offer", "category": "Free" }]));

    let graph = of_piece(&site, "sessions/b");
    let event = node(&graph, "EducationEvent");
    // No offset was written, so none is claimed.
    assert_eq!((&event["startDate"], &event["endDate"]), (&json!("2026-12-08T20:00:00"), &json!("2026-12-08T21:00:00")));
    assert_eq!((event.get("location"), event.get("eventAttendanceMode")), (None, None));
    assert_eq!(event["isAccessibleForFree"], false);
}

#[test]
fn an_answer_is_a_question_page_and_a_paid_one_gives_its_teaser() {
    let site = made_site::site();
    let graph = of_piece(&site, "answers/a");
    let question = &node(&graph, "QAPage")["mainEntity"];
    assert_eq!(question["@type"], "Question");
    assert_eq!(question["answerCount"], 1);
    assert_eq!(question["acceptedAnswer"]["text"], "OPEN teaser OPEN rest");
    let graph = of_piece(&site, "answers/b");
    let page = node(&graph, "QAPage");
    assert_eq!(page["mainEntity"]["acceptedAnswer"]["text"], "OPEN teaser");
    assert_eq!(page["isAccessibleForFree"], false);
}

#[test]
fn no_text_ends_the_script() {
    let site = made_site::site();
    let script = script(&site, &FixedNames, &Subject::Piece(id(&site, "answers/a")));
    assert!(!script.contains('<'));
    assert!(script.contains("\\u003c/script> 借用"));
    let value: Value = serde_json::from_str(&script).expect("JSON");
    assert_eq!(node(&value, "QAPage")["name"], "什么是 </script> 借用？");
}

#[test]
fn a_resource_offers_its_files() {
    let site = made_site::site();
    let graph = of_piece(&site, "resources/表");
    assert_eq!(
        node(&graph, "CreativeWork")["encoding"],
        json!([{
            "@type": "MediaObject",
            "name": "表 1.pdf",
            "contentUrl": format!("{BASE}/resources/%E8%A1%A8%201.pdf"),
            "encodingFormat": "application/pdf",
        }])
    );
}

#[test]
fn lists_prices_and_other_pages() {
    let site = made_site::site();
    let term = &site.terms[0];
    let subject = Subject::List { term: term.id, route: &term.route, pieces: &term.pieces[1..], before: 1 };
    let graph_of_list = graph(&site, &subject);
    let list = &node(&graph_of_list, "CollectionPage")["mainEntity"];
    assert_eq!((&list["numberOfItems"], &list["itemListElement"][0]["position"]), (&json!(3), &json!(2)));
    let zh = &site.languages[0];
    let route = Route::new("/prices/");
    let prices = graph(&site, &Subject::Prices(Own { lang: &zh.tag, route: &route, title: "价格" }));
    // The free tier and `pro` have no price.
    assert_eq!(types(&prices), ["WebSite", "Person", "WebPage", "BreadcrumbList", "Product", "Product"]);
    let home = graph(&site, &Subject::Other(Own { lang: &zh.tag, route: &zh.home, title: "首页" }));
    assert_eq!(types(&home), ["WebSite", "Person", "WebPage"]);
}
