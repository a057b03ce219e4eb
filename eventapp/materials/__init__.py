"""What stays of an event: files and links for those who were there or for everybody. Start with
`rules`, who sees what, and `files`, what may be uploaded."""
