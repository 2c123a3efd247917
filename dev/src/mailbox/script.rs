//! What a test tells the mailbox to answer instead of taking the mail.

use std::sync::{Mutex, PoisonError};

/// What a peer does when its turn to answer comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Says this code and text, and takes nothing. After 421 it closes the connection, as RFC 5321 has it.
    Reply(u16, String),
    /// Says nothing, and keeps the connection open until the sender gives up.
    Hang,
    /// Closes the connection and takes nothing.
    Drop,
    /// Takes the mail, then closes the connection before its answer. Where there is no mail yet, as `Drop`.
    TakeAndDrop,
}

impl Answer {
    /// A reply of this code and text, such as 450 and `4.2.1 greylisted`.
    pub fn reply(code: u16, text: impl Into<String>) -> Self {
        Self::Reply(code, text.into())
    }
}

/// Where in the conversation a rule applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// In answer to RCPT.
    Recipient,
    /// In answer to the message, once it was received whole.
    Message,
}

/// An answer, and when to give it: once, to the next mail, unless narrowed or widened.
#[derive(Debug, Clone)]
pub struct Rule {
    answer: Answer,
    stage: Stage,
    to: Option<String>,
    times: usize,
}

impl Rule {
    /// Gives `answer` to the next message.
    pub fn new(answer: Answer) -> Self {
        Self { answer, stage: Stage::Message, to: None, times: 1 }
    }

    /// Answers at another stage.
    pub fn at(self, stage: Stage) -> Self {
        Self { stage, ..self }
    }

    /// Answers only this recipient, or mails which have it among theirs. Case does not matter.
    pub fn to(self, address: &str) -> Self {
        Self { to: Some(address.to_owned()), ..self }
    }

    /// Answers this often.
    pub fn times(self, times: usize) -> Self {
        Self { times, ..self }
    }

    /// Answers until the rules are cleared.
    pub fn always(self) -> Self {
        self.times(usize::MAX)
    }

    fn fits(&self, stage: Stage, recipients: &[String]) -> bool {
        let named = |to: &String| recipients.iter().any(|recipient| recipient.eq_ignore_ascii_case(to));
        self.times > 0 && self.stage == stage && self.to.as_ref().is_none_or(named)
    }
}

/// The rules still to be applied; an older one goes first.
#[derive(Debug, Default)]
pub(super) struct Script(Mutex<Vec<Rule>>);

impl Script {
    pub(super) fn add(&self, rule: Rule) {
        self.rules(|rules| rules.push(rule));
    }

    pub(super) fn clear(&self) {
        self.rules(Vec::clear);
    }

    /// Uses up one turn of the first rule that fits.
    pub(super) fn answer(&self, stage: Stage, recipients: &[String]) -> Option<Answer> {
        self.rules(|rules| {
            let rule = rules.iter_mut().find(|rule| rule.fits(stage, recipients))?;
            rule.times -= 1;
            Some(rule.answer.clone())
        })
    }

    fn rules<T>(&self, with: impl FnOnce(&mut Vec<Rule>) -> T) -> T {
        // No change to the rules panics halfway, so that a poisoned lock guards whole ones.
        with(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_used_up_and_the_next_takes_its_turn() {
        let script = Script::default();
        script.add(Rule::new(Answer::Hang).times(2));
        script.add(Rule::new(Answer::Drop));
        let answers = [(); 4].map(|()| script.answer(Stage::Message, &[]));
        assert_eq!(answers, [Some(Answer::Hang), Some(Answer::Hang), Some(Answer::Drop), None]);
    }

    #[test]
    fn a_rule_for_a_recipient_leaves_the_others_alone() {
        let script = Script::default();
        script.add(Rule::new(Answer::Drop).to("Ann@contoso.example").at(Stage::Recipient).always());
        let answer = |stage, to: &str| script.answer(stage, &[to.to_owned()]);
        assert_eq!(answer(Stage::Recipient, "bob@contoso.example"), None);
        assert_eq!(answer(Stage::Message, "ann@contoso.example"), None);
        assert_eq!(answer(Stage::Recipient, "ann@contoso.example"), Some(Answer::Drop));
        script.clear();
        assert_eq!(answer(Stage::Recipient, "ann@contoso.example"), None);
    }
}
