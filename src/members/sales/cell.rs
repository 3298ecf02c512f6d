//! What stands in a cell: a date, or whether something was paid, in English and Chinese.

use jiff::civil::Date;

use super::Payment;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Reads a date, with or without a time of day behind it; `None` if it could be another one, as `11/03/2026`.
pub(super) fn date(text: &str) -> Option<Date> {
    let parts: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric() || "年月日".contains(c)).filter(|part| !part.is_empty()).collect();
    let [first, second, third, ..] = *parts.as_slice() else { return compact(text) };
    // `2026-11-03T10:00:00Z`: the day ends where the `T` begins.
    let third = third.split(['T', 't']).next().unwrap_or(third);
    let month = |name: &str| {
        let name = name.get(..3)?.to_ascii_lowercase();
        MONTHS.iter().position(|month| *month == name).map(|at| at as i8 + 1)
    };
    let (year, month, day) = match (month(first), month(second)) {
        (Some(month), _) => (third, month, second),
        (None, Some(month)) => (third, month, first),
        (None, None) if first.len() == 4 => (first, second.parse().ok()?, third),
        (None, None) => return None,
    };
    if year.len() != 4 {
        return None;
    }
    Date::new(year.parse().ok()?, month, day.parse().ok()?).ok()
}

/// `20261103`, with or without a time of day behind it.
fn compact(text: &str) -> Option<Date> {
    let digits = text.get(..8).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    Date::new(digits[..4].parse().ok()?, digits[4..6].parse().ok()?, digits[6..].parse().ok()?).ok()
}

/// What a status says; `None` if it is none that is known.
pub(super) fn payment(text: &str) -> Option<Payment> {
    const MADE: &[&str] = &[
        "paid",
        "complete",
        "completed",
        "succeeded",
        "success",
        "successful",
        "active",
        "fulfilled",
        "shipped",
        "delivered",
        "closed won",
        "true",
        "yes",
        "1",
        "已支付",
        "已付款",
        "支付成功",
        "付款成功",
        "交易成功",
        "交易完成",
        "已完成",
        "完成",
        "成功",
        "已发货",
        "已收货",
        "有效",
        "是",
        "partially refunded",
        "partial refund",
        "部分退款",
    ];
    const RETURNED: &[&str] = &[
        "refunded",
        "fully refunded",
        "chargeback",
        "charged back",
        "disputed",
        "reversed",
        "已退款",
        "退款成功",
        "退款完成",
        "全额退款",
        "退款",
    ];
    const MISSING: &[&str] = &[
        "unpaid",
        "pending",
        "failed",
        "cancelled",
        "canceled",
        "expired",
        "void",
        "voided",
        "open",
        "draft",
        "authorized",
        "false",
        "no",
        "0",
        "未支付",
        "未付款",
        "待付款",
        "待支付",
        "已取消",
        "交易关闭",
        "已关闭",
        "关闭",
        "支付失败",
        "失败",
        "无效",
        "否",
    ];
    let text = text.trim().to_lowercase().replace(['_', '-'], " ");
    let is = |words: &[&str]| words.contains(&text.as_str());
    match text.as_str() {
        _ if is(MADE) => Some(Payment::Made),
        _ if is(RETURNED) => Some(Payment::Returned),
        _ if is(MISSING) => Some(Payment::Missing),
        _ => None,
    }
}

/// Whether a cell about refunds says that there was one: a yes, a date, an amount above nothing.
pub(super) fn says_refunded(text: &str) -> bool {
    const NO: &[&str] = &[
        "false",
        "no",
        "n",
        "none",
        "null",
        "-",
        "—",
        "not refunded",
        "partially refunded",
        "partial",
        "否",
        "无",
        "未退款",
        "无退款",
        "没有",
        "部分退款",
        "退款关闭",
        "退款失败",
        "退款中",
        "未申请",
    ];
    let text = text.trim().to_lowercase();
    let is_nothing = text.parse::<f64>().is_ok_and(|amount| amount == 0.0);
    !text.is_empty() && !is_nothing && !NO.contains(&text.as_str())
}
