//! Lists of sales as shops export them, in English and Chinese.

use std::fs;

use serde_json::json;

use super::{answer, kept, refusal, shop};

const ENGLISH: &str = "\
Sale ID,Purchase Email,Buyer Name,Item Name,Purchase Date,Fully Refunded?
A1,ann@example.com,\"Ann, the first\",Rust course,2026-11-03 10:00:00 -0500,false
A2,bob@example.com,=cmd(),pro,2026-11-04T08:00:00Z,0
";

const CHINESE: &str = "\u{feff}订单编号;买家邮箱;昵称;商品名称;付款时间;订单状态\r\n\
1001;li@example.cn;小李;会员;2999/1/31 12:00;已支付\r\n\
1002;wang@example.cn;老王;会员;2999年2月1日;待付款\r\n";

#[test]
fn buyers_get_codes_and_their_orders_count_once() {
    let folder = shop().with("sales.csv", ENGLISH);
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let enter = |csv: &str| answer(&folder, &["keys", "issue", "--from", "sales.csv", "--csv", &path(csv)]);
    let first = enter("mail.csv");
    assert_eq!((&first["new"], &first["known"]), (&2.into(), &0.into()));
    let mail = fs::read_to_string(path("mail.csv")).unwrap();
    let lines: Vec<&str> = mail.lines().collect();
    assert_eq!(lines[0], "\u{feff}code,link,email,name,product,until,order,what happened");
    assert!(lines[1].starts_with("KM-") && lines[1].contains(",https://example.org/unlock/#KM-"), "{mail}");
    assert!(lines[1].ends_with(",ann@example.com,\"Ann, the first\",product:course,,A1,new"), "{mail}");
    // A year is paid for, and what a buyer typed is no formula.
    assert!(lines[2].ends_with(",bob@example.com,'=cmd(),tier:pro,2027-11-04,A2,new"), "{mail}");

    // Neither names nor addresses nor order numbers are in what goes into version control.
    let members = kept(&folder, "members.yaml");
    assert!(!["ann", "Ann", "bob", "A1", "A2"].iter().any(|word| members.contains(word)), "{members}");

    let again = enter("again.csv");
    assert_eq!((&again["new"], &again["known"]), (&0.into(), &2.into()));
    assert_eq!(kept(&folder, "members.yaml"), members);
    assert_eq!(fs::read_to_string(path("again.csv")).unwrap().lines().count(), 1, "nobody gets two mails");
    let all = answer(&folder, &["keys", "issue", "--from", "sales.csv", "--all", "--csv", &path("all.csv")]);
    assert_eq!(all["known"], 2);
    let all = fs::read_to_string(path("all.csv")).unwrap();
    assert_eq!(all.lines().nth(1).unwrap().split(',').next(), lines[1].split(',').next(), "the same code as before");
}

#[test]
fn chinese_lists_with_semicolons_are_read_and_unpaid_orders_passed_over() {
    let folder = shop().with("sales.csv", CHINESE);
    let entered = answer(&folder, &["keys", "issue", "--from", "sales.csv"]);
    assert_eq!((&entered["new"], &entered["passed over"]), (&1.into(), &1.into()));
    // A month from the day of the payment; February ends earlier.
    assert!(kept(&folder, "members.yaml").contains("{ tier: member, until: 2999-02-28,"));
}

#[test]
fn who_comes_again_keeps_the_code_and_has_more_time() {
    let folder = shop().with("sales.csv", CHINESE);
    answer(&folder, &["keys", "issue", "--from", "sales.csv"]);
    let code = answer(&folder, &["keys", "list"])["members"][0]["id"].as_str().unwrap().to_owned();
    let next = "订单号,邮箱,商品,日期\n2001, LI@example.cn ,会员,2999-02-10\n2002,li@example.cn,Rust course,2999-02-11\n";
    let folder = folder.with("next.csv", next);
    let entered = answer(&folder, &["keys", "issue", "--from", "next.csv"]);
    assert_eq!((&entered["new"], &entered["renewed"]), (&0.into(), &2.into()));
    let member = &answer(&folder, &["keys", "list"])["members"];
    assert_eq!(member.as_array().unwrap().len(), 1);
    assert_eq!(member[0]["id"], code);
    // Paid before the first month was over: the second begins where it ends.
    assert_eq!(member[0]["for"][0], json!({ "what": "tier:member", "until": "2999-03-28", "ended": false }));
    assert_eq!(member[0]["for"][1]["what"], "product:course");
}

#[test]
fn refunds_take_back_what_they_paid_for_and_begin_an_epoch_once() {
    let folder = shop().with("sales.csv", ENGLISH);
    answer(&folder, &["keys", "issue", "--from", "sales.csv"]);
    let folder = folder.with("sales.csv", ENGLISH.replace("-0500,false", "-0500,true"));
    let entered = answer(&folder, &["keys", "issue", "--from", "sales.csv"]);
    assert_eq!((&entered["refunded"], &entered["epochs"]), (&1.into(), &json!({ "product:course": 2 })));
    let again = answer(&folder, &["keys", "issue", "--from", "sales.csv"]);
    assert_eq!((&again["refunded"], &again["new"], &again["epochs"]), (&0.into(), &0.into(), &json!({})));
    assert_eq!(answer(&folder, &["keys", "list"])["members"].as_array().unwrap().len(), 1);
    // Who buys again is let in again.
    let folder = folder.with("sales.csv", format!("{ENGLISH}A9,ann@example.com,Ann,Rust course,2026-12-01,no\n"));
    assert_eq!(answer(&folder, &["keys", "issue", "--from", "sales.csv"])["new"], 1);
}

#[test]
fn a_payment_that_ran_out_long_ago_opens_nothing() {
    let old = "order,email,product,date\n1,ann@example.com,member,2020-01-05\n";
    let folder = shop().with("sales.csv", old);
    let entered = answer(&folder, &["keys", "issue", "--from", "sales.csv"]);
    assert_eq!(entered["new"], 1);
    assert_eq!(
        answer(&folder, &["keys", "list"])["members"][0]["for"][0],
        json!({ "what": "tier:member", "until": "2020-02-05", "ended": true })
    );
    // A newer payment opens again.
    let folder = folder.with("sales.csv", format!("{old}2,ann@example.com,member,2999-01-05\n"));
    answer(&folder, &["keys", "issue", "--from", "sales.csv"]);
    assert_eq!(
        answer(&folder, &["keys", "list"])["members"][0]["for"][0],
        json!({ "what": "tier:member", "until": "2999-02-05", "ended": false })
    );
}

#[test]
fn what_is_not_understood_is_told_by_line_and_nothing_is_issued() {
    let cases: [(&str, &[&str], &str); 10] = [
        ("", &[], "it is empty"),
        ("Date,Email\n2026-01-01,a@b.c\n", &[], "line 1: no column with the order's number"),
        ("order,email\n1,a@b.c\n", &[], "line 2: nothing says what was sold"),
        ("order,product\n1,Python course\n", &[], "line 2: `Python course` is nothing that this site sells"),
        ("order,product\n\n\n1,member\n", &[], "line 4: `tier:member` is paid for a time, and nothing says when"),
        ("order,product,date\n1,member,11/03/2026\n", &[], "`11/03/2026` is no date that can be read for sure"),
        ("order,product,status\n1,course,在路上\n", &[], "whether `在路上` means that it was paid is not known"),
        ("order,product\n\"1,course\n", &[], "line 2: a quotation mark is not closed"),
        ("order,product\n1,course\n", &["--column", "order=No."], "there is no column `No.`"),
        ("order,product\n1,course\n", &["--for", "tier:nobody"], "nothing that this site sells"),
    ];
    let folder = shop();
    let before = kept(&folder, "members.yaml");
    for (text, args, told) in cases {
        fs::write(folder.path().join("sales.csv"), text).unwrap();
        let refused = refusal(&folder, &[&["keys", "issue", "--from", "sales.csv"], args].concat());
        assert!(refused.contains(told) && refused.ends_with("exit 2"), "{text}: {refused}");
        assert_eq!(kept(&folder, "members.yaml"), before);
    }
    fs::write(folder.path().join("sales.csv"), b"order,name\n1,M\xfcller\n").unwrap();
    let refused = refusal(&folder, &["keys", "issue", "--from", "sales.csv"]);
    assert!(
        refused.contains("KM0529: `sales.csv`, line 2: it is not UTF-8 text, and what else it is cannot be told"),
        "{refused}"
    );
}

#[test]
fn a_list_that_excel_saved_in_china_is_read() {
    // GBK: 订单号,商品 and 会员 would be garbled as anything else.
    let gbk = b"\xb6\xa9\xb5\xa5\xba\xc5,\xc9\xcc\xc6\xb7,\xc8\xd5\xc6\xda\r\n1001,\xbb\xe1\xd4\xb1,2999-01-05\r\n";
    let folder = shop().with("sales.csv", gbk);
    assert_eq!(answer(&folder, &["keys", "issue", "--from", "sales.csv"])["new"], 1);
    assert!(kept(&folder, "members.yaml").contains("{ tier: member, until: 2999-02-05,"));
}

#[test]
fn columns_and_products_are_named_where_they_are_none_of_the_usual() {
    let folder = shop().with("sales.csv", "No.\tWho\tWhat\n7\tann@example.com\tThe big one\n");
    let args =
        ["keys", "issue", "--from", "sales.csv", "--column", "order=No.", "--column", "buyer=Who", "--column", "product=What"];
    let entered = answer(&folder, &[&args[..], &["--map", "The big one=product:course"]].concat());
    assert_eq!(entered["new"], 1);
    // Excel's "Unicode text".
    let utf16: Vec<u8> = "\u{feff}订单号\t商品\n8\tcourse\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let folder = folder.with("sales.csv", utf16);
    assert_eq!(answer(&folder, &["keys", "issue", "--from", "sales.csv"])["new"], 1);
}

#[test]
fn a_refund_to_somebody_who_was_shut_out_begins_no_epoch() {
    let folder = shop().with("sales.csv", ENGLISH);
    answer(&folder, &["keys", "issue", "--from", "sales.csv"]);
    let listed = answer(&folder, &["keys", "list"]);
    let buyer = listed["members"].as_array().unwrap().iter().find(|member| member["for"][0]["what"] == "product:course").unwrap();
    answer(&folder, &["keys", "revoke", buyer["id"].as_str().unwrap()]);
    let folder = folder.with("sales.csv", ENGLISH.replace("-0500,false", "-0500,true"));
    let entered = answer(&folder, &["keys", "issue", "--from", "sales.csv"]);
    assert_eq!((&entered["refunded"], &entered["epochs"]), (&1.into(), &json!({})));
}
