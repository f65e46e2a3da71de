import { html } from './html';

const LINKS: readonly [path: string, what: string][] = [
  ['/api/v1/devices', 'devices'],
  ['/api/v1/interfaces?interface_type=isp', 'uplinks'],
  ['/api/v1/interfaces', 'all interfaces'],
  ['/api/v1/sites', 'sites'],
  ['/api/v1/discovery/runs', 'what the last discovery runs brought'],
  ['/targets', 'the list that exporters follow'],
  ['/metrics', 'the sidecar itself'],
  ['/-/healthy', 'is the process alive'],
  ['/-/ready', 'does the database answer'],
];

/** The page for people who open the sidecar in a browser; nothing is fetched from elsewhere. */
export function discoveryLandingPage(facts: { version: string; database: string }): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>isp-discovery</title>
        <style>
          body {
            font:
              16px/1.5 system-ui,
              sans-serif;
            max-width: 46rem;
            margin: 2rem auto;
            padding: 0 1rem;
          }
          td {
            padding: 0.2rem 1.5rem 0.2rem 0;
          }
          .quiet {
            opacity: 0.75;
          }
        </style>
      </head>
      <body>
        <h1>isp-discovery</h1>
        <p class="quiet">Inventory of the fleet and its discovery. Version ${facts.version}, ${facts.database}</p>
        <nav aria-label="Addresses">
          <table>
            ${LINKS.map(
              ([path, what]) =>
                html`<tr>
                  <td><a href="${path}">${path}</a></td>
                  <td>${what}</td>
                </tr>`
            )}
          </table>
        </nav>
      </body>
    </html> `.text;
}
