//! What happens later: mails, expiry, reminders, seals.
