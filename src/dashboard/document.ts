/** The document: all that is in it is made by its script. */

const icon =
  'data:image/svg+xml,%3Csvg xmlns=%22http:%2F%2Fwww.w3.org%2F2000%2Fsvg%22 viewBox=%220 0 16 16%22%3E' +
  '%3Cpath fill=%22%232f6fde%22 d=%22M1 2h9v3H1zM4 6.500h11v3H4zM2 11h7v3H2z%22%2F%3E%3C%2Fsvg%3E'

/** @param parts  what its head and its body hold: HTML, escaped */
export const htmlDocument = ({ title, head, body }: { title: string; head: string; body: string }): string =>
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<link rel="icon" href="${icon}">
${head}
</head>
<body>
<noscript>This page shows a run of rxboss, and needs JavaScript for it.</noscript>
${body}
</body>
</html>
`

export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
