//! The words of a report, in Chinese and English.

use crate::promote::experiment::{Advice, Import, Tally, Verdict};

/// The words of a report in a language.
pub(super) struct Words {
    is_chinese: bool,
    /// The page's title.
    pub(super) title: &'static str,
    /// The language's tag.
    pub(super) lang: &'static str,
    /// The columns of the variants' table.
    pub(super) heading: [&'static str; 7],
}

impl Words {
    /// The words of a language; English where it is not Chinese.
    pub(super) fn of(lang: &str) -> Self {
        if lang.starts_with("zh") {
            let heading = ["方案", "读者", "转化", "转化率", "95 % 可信区间", "最好的可能", "选它的预期损失"];
            return Self { is_chinese: true, title: "实验报告", lang: "zh", heading };
        }
        let heading = ["variant", "readers", "conversions", "rate", "95 % interval", "chance to be best", "expected loss"];
        Self { is_chinese: false, title: "Report on experiments", lang: "en", heading }
    }

    fn say(&self, chinese: String, english: String) -> String {
        if self.is_chinese { chinese } else { english }
    }

    /// What was read and what was left out.
    pub(super) fn counted(&self, import: &Import) -> String {
        let (lines, events, left) = (import.lines, import.events.len(), &import.left);
        let unknown: usize = left.unknown.values().sum();
        let names = left.unknown.keys().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let (bad, other, duplicates, bots, order) = (left.bad, left.other, left.duplicates, left.bots, left.out_of_order);
        let named = |text: String| if names.is_empty() { text } else { format!("{text} ({names})") };
        self.say(
            format!(
                "{lines} 行，{events} 个事件；没算进去的：看不懂 {bad} 行，与实验无关 {other}，{}，重复 {duplicates}，机器 {bots}；时间颠倒 {order}（已按时间排好）",
                named(format!("未知的实验 {unknown}"))
            ),
            format!(
                "{lines} lines, {events} events; left out: {bad} bad lines, {other} of no experiment, {}, {duplicates} duplicates, {bots} of bots; {order} out of order (sorted by time)",
                named(format!("{unknown} of unknown experiments"))
            ),
        )
    }

    /// What the tests say, a line each.
    pub(super) fn tests(&self, tally: &Tally, verdict: &Verdict) -> Vec<String> {
        let mut lines = Vec::new();
        let anytime = verdict.anytime;
        lines.push(
            self.say(
                format!("随时可看的检验 p = {anytime:.4}"),
                format!("test that may be looked at any time: p = {anytime:.4}"),
            ),
        );
        if let Some(p) = verdict.chi_square {
            lines.push(self.say(format!("只看一次的 χ² 检验 p = {p:.4}"), format!("chi-square, if looked at once: p = {p:.4}")));
        }
        if let Some(p) = verdict.sample_ratio {
            lines.push(self.say(format!("分配比例检验 p = {p:.4}"), format!("sample ratio: p = {p:.4}")));
        }
        if tally.crossed + tally.unseen > 0 {
            let (crossed, unseen) = (tally.crossed, tally.unseen);
            lines.push(self.say(
                format!("没算进去：看过两种方案的读者 {crossed}，没看过就转化的 {unseen}"),
                format!("left out: {crossed} readers who saw two variants, {unseen} conversions of readers who saw none"),
            ));
        }
        lines
    }

    /// What to do.
    pub(super) fn advice(&self, verdict: &Verdict) -> String {
        match verdict.advice {
            Advice::Nothing => self.say(
                "没有可比的：至少要有两种方案有读者。".into(),
                "nothing to compare: two variants with readers are needed".into(),
            ),
            Advice::Mend => self.say(
                "读者没有按比例分到各方案，先找出原因；在那以前，哪个数都不可信。".into(),
                "readers were not shared out as meant: find out why first, until then no number can be trusted".into(),
            ),
            Advice::Take(at) => {
                let (name, best) = (&verdict.arms[at].arm.name, verdict.arms[at].best);
                self.say(
                    format!("已见分晓：用 {name}（最好的可能是 {best:.3}）。"),
                    format!("decided: take `{name}` (chance to be best {best:.3})"),
                )
            }
            Advice::Wait(Some(more)) => self.say(
                format!("还分不出来：照现在的转化率，每种方案大约还要 {more} 位读者。"),
                format!("not decided: at these rates it takes about {more} more readers of each variant"),
            ),
            Advice::Wait(None) => {
                self.say("还分不出来：各方案的转化率一样。".into(), "not decided: the rates are the same".into())
            }
        }
    }
}
