//! The headings of a list -> which column is which, and a record -> a row.
//!
//! Sources of the headings: the words that shops' exports and spreadsheets use in English and Chinese. They are compared without case,
//! space and punctuation.

use super::table::Record;
use super::{Payment, Row, Wrong, cell};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// The order's number.
    Order,
    /// Who bought, by what only one person has: two who are called the same must not share a code.
    Buyer,
    /// What the buyer is called.
    Name,
    /// What was bought.
    Product,
    /// When.
    Date,
    /// Whether it was paid.
    Status,
    /// Whether it was paid back.
    Refund,
}

impl Column {
    /// All of them.
    pub const ALL: [Self; 7] = [Self::Order, Self::Buyer, Self::Name, Self::Product, Self::Date, Self::Status, Self::Refund];

    /// Its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Buyer => "buyer",
            Self::Name => "name",
            Self::Product => "product",
            Self::Date => "date",
            Self::Status => "status",
            Self::Refund => "refund",
        }
    }

    /// The usual headings, the surest first.
    const fn headings(self) -> &'static [&'static str] {
        match self {
            Self::Order => &[
                "order",
                "order number",
                "order no",
                "order id",
                "ordernumber",
                "purchase id",
                "sale id",
                "transaction id",
                "receipt",
                "identifier",
                "订单号",
                "订单编号",
                "订单id",
                "订单",
                "交易号",
                "交易单号",
                "流水号",
                "商户订单号",
            ],
            Self::Buyer => &[
                "buyer email",
                "email",
                "e-mail",
                "email address",
                "customer email",
                "purchase email",
                "phone",
                "user id",
                "customer id",
                "邮箱",
                "买家邮箱",
                "电子邮箱",
                "用户邮箱",
                "邮件",
                "手机号",
                "手机",
                "联系方式",
                "买家账号",
                "用户id",
                "买家id",
            ],
            Self::Name => &[
                "buyer name",
                "customer name",
                "full name",
                "name",
                "user name",
                "username",
                "nickname",
                "buyer",
                "customer",
                "姓名",
                "昵称",
                "买家昵称",
                "用户昵称",
                "买家姓名",
                "用户名",
                "称呼",
                "买家",
                "用户",
                "购买人",
            ],
            Self::Product => &[
                "product",
                "product name",
                "item",
                "item name",
                "lineitem name",
                "variant",
                "plan",
                "tier",
                "商品",
                "商品名称",
                "商品标题",
                "商品名",
                "产品",
                "产品名称",
                "方案",
                "方案名称",
                "作品",
                "作品名称",
                "套餐",
                "规格",
            ],
            Self::Date => &[
                "purchase date",
                "order date",
                "date",
                "created at",
                "created",
                "paid at",
                "sale timestamp",
                "purchased at",
                "time",
                "付款时间",
                "支付时间",
                "下单时间",
                "购买时间",
                "订单时间",
                "创建时间",
                "成交时间",
                "交易时间",
                "日期",
                "时间",
            ],
            Self::Status => &[
                "status",
                "order status",
                "payment status",
                "financial status",
                "state",
                "订单状态",
                "支付状态",
                "交易状态",
                "状态",
            ],
            Self::Refund => &[
                "refunded",
                "fully refunded",
                "refund",
                "refund status",
                "refunded at",
                "is refunded",
                "退款",
                "退款状态",
                "是否退款",
                "已退款",
                "退款时间",
            ],
        }
    }
}

/// Whether a heading is one of the usual ones.
pub(super) fn is_usual(heading: &str) -> bool {
    let heading = letters(heading);
    Column::ALL.iter().flat_map(|column| column.headings()).any(|usual| letters(usual) == heading)
}

/// What counts of a heading: case, space and punctuation do not.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Which column is which, by number.
pub(super) struct Columns([Option<usize>; Column::ALL.len()]);

impl Columns {
    /// Finds the columns.
    pub(super) fn find(head: &[String], chosen: &[(Column, String)]) -> Result<Self, Wrong> {
        let known: Vec<String> = head.iter().map(|heading| letters(heading)).collect();
        let place = |heading: &str| known.iter().position(|known| *known == letters(heading));
        let listed = || format!("its columns are `{}`", head.join("`, `"));
        let mut columns = [None; Column::ALL.len()];
        for (at, column) in Column::ALL.into_iter().enumerate() {
            columns[at] = match chosen.iter().find(|(chosen, _)| *chosen == column) {
                Some((_, heading)) => match place(heading) {
                    Some(place) => Some(place),
                    None => return Err(Wrong::at(1, format!("there is no column `{heading}`"), listed())),
                },
                None => column.headings().iter().find_map(|heading| place(heading)),
            };
        }
        if columns[Column::Order as usize].is_none() {
            let message = "no column with the order's number was found, and an order must not count twice";
            return Err(Wrong::at(1, message, format!("name it with `--column order=…`; {}", listed())));
        }
        Ok(Self(columns))
    }

    fn cell<'a>(&self, record: &'a Record, column: Column) -> Option<&'a str> {
        let cell = record.cells.get(self.0[column as usize]?)?;
        Some(cell.as_str()).filter(|cell| !cell.is_empty())
    }

    /// Reads a record.
    pub(super) fn row(&self, record: &Record) -> Result<Row, Wrong> {
        let text = |column| self.cell(record, column).map(str::to_owned);
        let Some(order) = text(Column::Order) else {
            return Err(Wrong::at(record.line, "the order has no number", "take the line out, or give it one"));
        };
        let date = match self.cell(record, Column::Date) {
            None => None,
            Some(written) => Some(cell::date(written).ok_or_else(|| {
                Wrong::at(record.line, format!("`{written}` is no date that can be read for sure"), "write dates as `2026-12-31`")
            })?),
        };
        Ok(Row {
            line: record.line,
            order,
            buyer: text(Column::Buyer),
            name: text(Column::Name),
            product: text(Column::Product),
            date,
            payment: self.payment(record)?,
        })
    }

    fn payment(&self, record: &Record) -> Result<Payment, Wrong> {
        if self.cell(record, Column::Refund).is_some_and(cell::says_refunded) {
            return Ok(Payment::Returned);
        }
        match self.cell(record, Column::Status) {
            None => Ok(Payment::Made),
            Some(written) => cell::payment(written).ok_or_else(|| {
                let hint = "write `paid`, `refunded` or `unpaid` there, or name another column with `--column status=…`";
                Wrong::at(record.line, format!("whether `{written}` means that it was paid is not known"), hint)
            }),
        }
    }
}
