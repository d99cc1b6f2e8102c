"""Documents of an engagement: PDF, Word, Markdown, text, HTML, spreadsheets and CSV become pages on its shelf."""
