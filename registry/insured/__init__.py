"""РС ЕРЗ: people, documents, policies, attachments, their history, and how a person is found."""
