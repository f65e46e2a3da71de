import { useState, type KeyboardEvent, type PointerEvent } from 'react';
import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import type { Series } from '../data/samples';
import { niceMax, onGrid, pathOf } from './chart-scale';
import { useWidth } from './use-width';

export interface ChartLine {
  label: string;
  series: Series;
  dashed?: boolean;
}

interface SeriesChartProps {
  title: string;
  lines: readonly ChartLine[];
  /** Unix ms of the points, a step apart. */
  times: readonly number[];
  format: (value: number) => string;
  /** The axis reaches at least this far. */
  leastMax: number;
}

/** None that says good or bad. */
const COLORS = ['blue', 'orange', 'purple', 'yellow'];
const HEIGHT = 170;
const EDGE = { left: 76, right: 8, top: 8, bottom: 22 };

/** Lines over time with an axis from 0. Where there is no value there is no line. Arrow keys and pointer read values. */
export const SeriesChart = ({ title, lines, times, format, leastMax }: SeriesChartProps) => {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const [ref, width] = useWidth(600);
  const [at, setAt] = useState<number | null>(null);
  const drawn = lines.map((line, index) => ({
    ...line,
    values: onGrid(line.series, times),
    color: theme.visualization.getColorByName(COLORS[index % COLORS.length] ?? 'blue'),
  }));
  const empty = drawn.every((line) => line.values.every((value) => value === null));
  const last = Math.max(1, times.length - 1);
  const max = niceMax(
    drawn.flatMap((line) => line.values),
    leastMax
  );
  const plot = { width: Math.max(50, width - EDGE.left - EDGE.right), height: HEIGHT - EDGE.top - EDGE.bottom };
  const x = (index: number) => EDGE.left + (index / last) * plot.width;
  const y = (value: number) => EDGE.top + plot.height * (1 - value / max);
  const read = (event: PointerEvent<SVGSVGElement>) => {
    const left = event.clientX - event.currentTarget.getBoundingClientRect().left - EDGE.left;
    setAt(Math.min(last, Math.max(0, Math.round((left / plot.width) * last))));
  };
  const step = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by) {
      event.preventDefault();
      setAt((old) => Math.min(last, Math.max(0, (old ?? last) + by)));
    }
  };
  const long = (times[last] ?? 0) - (times[0] ?? 0) > 36 * 3600_000;
  const clock = (time: number) => dateTimeFormat(time, { format: long ? 'MM-DD HH:mm' : 'HH:mm' });
  return (
    <figure className={styles.figure}>
      <figcaption className={styles.caption} ref={ref}>
        <strong>{title}</strong>
        {drawn.map((line) => (
          <span key={line.label} className={styles.key}>
            <svg width="18" height="8" aria-hidden="true">
              <path d="M0 4h18" stroke={line.color} strokeWidth="2" strokeDasharray={line.dashed ? '4 3' : undefined} />
            </svg>
            {line.label} <span className={styles.value}>{readout(line.values, at, format)}</span>
          </span>
        ))}
        <span className={styles.at}>{at === null ? '' : dateTimeFormat(times[at] ?? 0)}</span>
      </figcaption>
      <svg
        className={styles.plot}
        width={width}
        height={HEIGHT}
        role="img"
        aria-label={empty ? `${title}: no data` : title}
        tabIndex={0}
        onPointerMove={read}
        onPointerLeave={() => setAt(null)}
        onKeyDown={step}
        onBlur={() => setAt(null)}
      >
        {[0, 0.5, 1].map((part) => (
          <g key={part}>
            <path d={`M${EDGE.left} ${y(part * max)}H${width - EDGE.right}`} stroke={theme.colors.border.weak} />
            <text x={EDGE.left - 8} y={y(part * max) + 4} textAnchor="end" className={styles.tick}>
              {format(part * max)}
            </text>
          </g>
        ))}
        {[0, 0.25, 0.5, 0.75, 1].map((part) => (
          <text
            key={part}
            x={EDGE.left + part * plot.width}
            y={HEIGHT - 5}
            textAnchor={part === 0 ? 'start' : part === 1 ? 'end' : 'middle'}
            className={styles.tick}
          >
            {clock((times[0] ?? 0) + part * ((times[last] ?? 0) - (times[0] ?? 0)))}
          </text>
        ))}
        {drawn.map((line) => (
          <path
            key={line.label}
            d={pathOf(line.values, x, y)}
            fill="none"
            stroke={line.color}
            strokeWidth="1.5"
            strokeLinecap="round"
            strokeDasharray={line.dashed ? '4 3' : undefined}
          />
        ))}
        {empty && (
          <text x={EDGE.left + plot.width / 2} y={HEIGHT / 2} textAnchor="middle" className={styles.none}>
            No data in this time
          </text>
        )}
        {at !== null && <path d={`M${x(at)} ${EDGE.top}v${plot.height}`} stroke={theme.colors.border.strong} />}
      </svg>
    </figure>
  );
};

/** The value under the cursor, else the newest. */
function readout(values: ReadonlyArray<number | null>, at: number | null, format: (value: number) => string): string {
  const newest = values.filter((value) => value !== null).at(-1);
  const value = at === null ? newest : values[at];
  return value == null ? 'no data' : format(value);
}

const getStyles = (theme: GrafanaTheme2) => ({
  figure: css({
    minWidth: 0,
    margin: 0,
    padding: theme.spacing(1.25),
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.secondary,
    overflow: 'hidden',
  }),
  caption: css({ display: 'flex', flexWrap: 'wrap', columnGap: theme.spacing(2), marginBottom: theme.spacing(0.5) }),
  key: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    color: theme.colors.text.secondary,
  }),
  value: css({ color: theme.colors.text.primary, fontVariantNumeric: 'tabular-nums' }),
  at: css({ marginLeft: 'auto', color: theme.colors.text.secondary, fontVariantNumeric: 'tabular-nums' }),
  plot: css({
    display: 'block',
    touchAction: 'pan-y',
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}` },
  }),
  tick: css({ fill: theme.colors.text.secondary, fontSize: 11 }),
  none: css({ fill: theme.colors.text.secondary }),
});
