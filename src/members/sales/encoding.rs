//! The bytes of a list -> its text: UTF-8, UTF-16 with a byte order mark, and GB18030 (GBK is part of it), as Excel writes CSV in China.
//!
//! Nearly any bytes can be read as GB18030, and letters of Western Europe become Han characters then: it is believed only where it makes a
//! heading in Chinese that shops use. Invariant: no text is guessed; what is not certain is refused.

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};

use super::{Wrong, columns};

/// Reads bytes as text, without a byte order mark.
pub(super) fn decoded(bytes: &[u8]) -> Result<String, Wrong> {
    for (mark, encoding) in [(&[0xff, 0xfe], UTF_16LE), (&[0xfe, 0xff], UTF_16BE)] {
        if let Some(rest) = bytes.strip_prefix(mark) {
            return Ok(encoding.decode_without_bom_handling(rest).0.into_owned());
        }
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.trim_start_matches('\u{feff}').to_owned()),
        Err(error) => chinese(bytes).ok_or_else(|| {
            let line = bytes[..error.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count() + 1;
            let hint = "save it as UTF-8: in Excel or WPS “Save as”, “CSV UTF-8 (comma delimited)”";
            Wrong::at(line, "it is not UTF-8 text, and what else it is cannot be told for sure", hint)
        }),
    }
}

/// The text of these bytes in GB18030, if it is that.
fn chinese(bytes: &[u8]) -> Option<String> {
    let text = GB18030.decode_without_bom_handling_and_without_replacement(bytes)?;
    let mut headings = text.lines().next()?.split([',', ';', '\t']);
    headings.any(|heading| !heading.is_ascii() && columns::is_usual(heading)).then(|| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_chinese_shops_are_read_in_the_encodings_of_chinese_spreadsheets() {
        let text = "订单编号,买家邮箱,商品名称\r\n1001,li@example.cn,会员 €";
        // The code tables of GB18030-2005: 订 is B6 A9; the euro sign is A2 E3, and is not in GBK.
        let gb: &[u8] = b"\xb6\xa9\xb5\xa5\xb1\xe0\xba\xc5,\xc2\xf2\xbc\xd2\xd3\xca\xcf\xe4,\xc9\xcc\xc6\xb7\xc3\xfb\xb3\xc6\r\n1001,li@example.cn,\xbb\xe1\xd4\xb1 \xa2\xe3";
        assert_eq!(decoded(gb).unwrap(), text);
        let units = || text.encode_utf16();
        let little: Vec<u8> = [0xff, 0xfe].into_iter().chain(units().flat_map(u16::to_le_bytes)).collect();
        let big: Vec<u8> = [0xfe, 0xff].into_iter().chain(units().flat_map(u16::to_be_bytes)).collect();
        assert_eq!(decoded(&little).unwrap(), text);
        assert_eq!(decoded(&big).unwrap(), text);
        assert_eq!(decoded(format!("\u{feff}{text}").as_bytes()).unwrap(), text);
    }

    #[test]
    fn what_is_not_certain_is_refused() {
        // “Müller” in Windows-1252, which would be a Han character in GB18030; Big5 for 訂單編號; half a sign; nothing known.
        for bytes in [
            &b"order,name\n1,M\xfcller\n"[..],
            b"\xad\x71\xb3\xe6\xbd\x73\xb8\xb9,name\n1,x\n",
            b"\xb6\xa9\xb5\xa5\xba\xc5\n1\xb6",
            b"\xff\xff\xff",
        ] {
            let wrong = decoded(bytes).unwrap_err();
            assert!(wrong.hint.contains("CSV UTF-8"), "{}", wrong.message);
        }
        assert_eq!(decoded(b"a\nb\n\xff").unwrap_err().line, 3);
    }
}
