/** The parts that dashboards are made of, in the Classic JSON of Grafana (schemaVersion 42). */
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };

/** The four states in the colours of the Monitor page; each also has its word, so that colour never stands alone. */
export const STATE_COLOURS = { up: 'green', down: 'red', unknown: 'purple', disabled: 'text' };

const target = ({ expr, legend, refId = 'A', instant = false, table = false }) => ({
  datasource: DATASOURCE,
  refId,
  expr,
  legendFormat: legend,
  instant,
  range: !instant,
  ...(table && { format: 'table' }),
});

const withRefIds = (queries, options) =>
  queries.map((query, i) => target({ refId: String.fromCharCode(65 + i), ...query, ...options }));

function panel(type, { title, description, at, queries, unit, options, defaults = {}, overrides = [], extra = {} }) {
  return {
    type,
    title,
    description,
    datasource: DATASOURCE,
    gridPos: at,
    targets: queries,
    fieldConfig: { defaults: { ...(unit && { unit }), ...defaults }, overrides },
    options,
    ...extra,
  };
}

/** Numbers in a row, each with its name and colour. `colours` maps the legend to a colour. */
export const stat = ({ queries, colours = {}, ...rest }) =>
  panel('stat', {
    ...rest,
    queries: withRefIds(queries, { instant: true }),
    // What is not known says so instead of showing 0.
    defaults: { noValue: 'no data', color: { mode: 'fixed', fixedColor: 'text' }, ...rest.defaults },
    overrides: Object.entries(colours).map(([name, colour]) => ({
      matcher: { id: 'byName', options: name },
      properties: [{ id: 'color', value: { mode: 'fixed', fixedColor: colour } }],
    })),
    options: {
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
      colorMode: 'value',
      graphMode: 'none',
      textMode: 'value_and_name',
      orientation: 'auto',
      justifyMode: 'auto',
    },
  });

/** Lines over time. Gaps stay gaps: a line drawn over an outage of the monitoring would be an invention. */
export const lines = ({ queries, min = 0, ...rest }) =>
  panel('timeseries', {
    ...rest,
    queries: withRefIds(queries),
    defaults: {
      min,
      custom: { spanNulls: false, lineWidth: 1, fillOpacity: 8, showPoints: 'never' },
      ...rest.defaults,
    },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  });

/** One row a series; `columns` renames and orders the labels to be shown, everything else is hidden. */
export const table = ({ queries, columns, sortBy, overrides = [], ...rest }) =>
  panel('table', {
    ...rest,
    queries: withRefIds(queries, { instant: true, table: true }),
    defaults: { noValue: 'not known', custom: { align: 'auto', filterable: true }, ...rest.defaults },
    overrides,
    options: { showHeader: true, sortBy: sortBy ? [{ displayName: sortBy, desc: true }] : [] },
    extra: {
      transformations: [
        { id: 'merge', options: {} },
        {
          id: 'filterFieldsByName',
          options: { include: { names: Object.keys(columns) } },
        },
        {
          id: 'organize',
          options: {
            renameByName: columns,
            indexByName: Object.fromEntries(Object.keys(columns).map((name, i) => [name, i])),
          },
        },
      ],
    },
  });

/** Colours of the states in a column of a table or of a stat. */
export const stateColumn = (name) => ({
  matcher: { id: 'byName', options: name },
  properties: [
    { id: 'custom.cellOptions', value: { type: 'color-text' } },
    {
      id: 'mappings',
      value: [
        {
          type: 'value',
          options: Object.fromEntries(
            Object.entries(STATE_COLOURS).map(([state, color], index) => [state, { color, index, text: state }])
          ),
        },
      ],
    },
  ],
});

export const unitColumn = (name, unit) => ({
  matcher: { id: 'byName', options: name },
  properties: [{ id: 'unit', value: unit }],
});

export const row = (title, y) => ({
  type: 'row',
  title,
  collapsed: false,
  gridPos: { x: 0, y, w: 24, h: 1 },
  panels: [],
});

export function dashboard({ uid, title, description, variables = [], panels, from = 'now-6h' }) {
  return {
    id: null,
    uid,
    title,
    description,
    tags: ['isp-monitor'],
    schemaVersion: 42,
    version: 1,
    editable: true,
    graphTooltip: 1,
    timezone: 'browser',
    refresh: '30s',
    time: { from, to: 'now' },
    templating: {
      list: [
        {
          type: 'datasource',
          name: 'datasource',
          label: 'Metrics',
          query: 'prometheus',
          hide: 0,
          current: {},
          refresh: 1,
        },
        ...variables,
      ],
    },
    annotations: { list: [] },
    links: [
      {
        type: 'dashboards',
        title: 'ISP monitor',
        tags: ['isp-monitor'],
        asDropdown: true,
        keepTime: true,
        includeVars: false,
      },
    ],
    panels: panels.map((one, i) => ({ id: i + 1, ...one })),
  };
}

export const queryVariable = ({ name, label, query, multi = false }) => ({
  type: 'query',
  name,
  label,
  datasource: DATASOURCE,
  query: { query, refId: name },
  definition: query,
  refresh: 2,
  sort: 5,
  multi,
  includeAll: multi,
  ...(multi && { allValue: '.*' }),
  current: {},
});
