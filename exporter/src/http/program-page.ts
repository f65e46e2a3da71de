import { createHash } from 'node:crypto';
import { Html, html } from './html';

export type PageLink = readonly [path: string, what: string];

export interface PageParts {
  program: string;
  /** One sentence, with the version. */
  subtitle: string;
  /** What stands above the addresses. */
  now?: Html;
  links: readonly PageLink[];
}

/** The page that a program shows people who open it in a browser; nothing is fetched from elsewhere. */
export function programPage({ program, subtitle, now, links }: PageParts): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${program}</title>
        ${new Html(`<style>${CSS}</style>`)}
      </head>
      <body>
        <main>
          <header>
            <h1>${program}</h1>
            <p class="quiet">${subtitle}</p>
          </header>
          ${now ?? ''}
          <nav aria-label="Addresses">
            <table>
              ${links.map(
                ([path, what]) =>
                  html`<tr>
                    <td><a href="${path}">${path}</a></td>
                    <td>${what}</td>
                  </tr>`
              )}
            </table>
          </nav>
        </main>
      </body>
    </html> `.text;
}

const CSS = `
  :root {
    --page: #f4f5f7;
    --card: #ffffff;
    --line: #d9dce1;
    --text: #1f242b;
    --quiet: #5b6470;
    --link: #1f5fbf;
    --up: #1a7f37;
    --down: #cf222e;
    --unknown: #5b6470;
    --disabled: #6e7781;
  }
  @media (prefers-color-scheme: dark) {
    :root {
      --page: #111217;
      --card: #181b1f;
      --line: #2f333a;
      --text: #d8dade;
      --quiet: #9aa2ad;
      --link: #7aa7ff;
      --up: #56d364;
      --down: #ff7b72;
      --unknown: #9aa2ad;
      --disabled: #8b949e;
    }
  }
  * {
    box-sizing: border-box;
  }
  body {
    margin: 0;
    background: var(--page);
    color: var(--text);
    font:
      15px/1.5 system-ui,
      sans-serif;
  }
  main {
    max-width: 860px;
    margin: 0 auto;
    padding: 24px 16px 40px;
  }
  h1 {
    margin: 0;
    font-size: 26px;
  }
  header p {
    margin: 4px 0 20px;
  }
  .quiet {
    color: var(--quiet);
  }
  section,
  nav {
    background: var(--card);
    border: 1px solid var(--line);
    border-radius: 8px;
    padding: 16px 20px;
    margin-bottom: 16px;
  }
  section p {
    margin: 14px 0 0;
  }
  .figures {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(104px, 1fr));
    gap: 12px 20px;
    margin: 0;
  }
  dt {
    color: var(--quiet);
    font-size: 13px;
  }
  dd {
    margin: 0;
    font-size: 24px;
    font-variant-numeric: tabular-nums;
  }
  .dot {
    display: inline-block;
    width: 9px;
    height: 9px;
    margin-right: 6px;
    border-radius: 50%;
    background: currentColor;
  }
  .up .dot {
    color: var(--up);
  }
  .down .dot {
    color: var(--down);
  }
  .unknown .dot {
    color: var(--unknown);
  }
  .disabled .dot {
    color: var(--disabled);
  }
  table {
    width: 100%;
    border-collapse: collapse;
  }
  td {
    padding: 7px 16px 7px 0;
    vertical-align: top;
    border-top: 1px solid var(--line);
  }
  tr:first-child td {
    border-top: 0;
  }
  td:last-child {
    color: var(--quiet);
    padding-right: 0;
  }
  a {
    color: var(--link);
    overflow-wrap: anywhere;
  }
  a:focus-visible {
    outline: 2px solid var(--link);
    outline-offset: 2px;
  }
  @media (max-width: 560px) {
    td {
      display: block;
      padding: 6px 0 0;
    }
    td:last-child {
      border-top: 0;
      padding: 0 0 6px;
    }
  }
`;

/** For the Content-Security-Policy: this style and no other. */
export const PAGE_STYLE_HASH = `sha256-${createHash('sha256').update(CSS).digest('base64')}`;
