import { useEffect, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, FilterPill, Icon, Input, useStyles2 } from '@grafana/ui';
import { isFiltering, NO_FILTER, type SiteFilter } from '../../status/filter';

interface FilterBarProps {
  filter: SiteFilter;
  regions: readonly string[];
  onChange: (change: Partial<SiteFilter>) => void;
}

export const FilterBar = ({ filter, regions, onChange }: FilterBarProps) => {
  const styles = useStyles2(getStyles);
  const toggleRegion = (region: string) =>
    onChange({
      regions: filter.regions.includes(region)
        ? filter.regions.filter((other) => other !== region)
        : [...filter.regions, region],
    });
  return (
    <div className={styles.bar} role="search">
      <SearchInput value={filter.search} onChange={(search) => onChange({ search })} />
      <FilterPill
        label="Problems only"
        selected={filter.problemsOnly}
        onClick={() => onChange({ problemsOnly: !filter.problemsOnly })}
      />
      {regions.length > 1 &&
        regions.map((region) => (
          <FilterPill
            key={region}
            label={region || 'No region'}
            selected={filter.regions.includes(region)}
            onClick={() => toggleRegion(region)}
          />
        ))}
      {isFiltering(filter) && (
        <Button variant="secondary" fill="text" size="sm" onClick={() => onChange(NO_FILTER)}>
          Clear filters
        </Button>
      )}
    </div>
  );
};

/** Types at its own pace: the address bar follows, and a change from outside (Back, Clear) is taken over. */
const SearchInput = ({ value, onChange }: { value: string; onChange: (value: string) => void }) => {
  const styles = useStyles2(getStyles);
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  return (
    <div className={styles.search}>
      <Input
        type="search"
        aria-label="Search sites, devices, addresses, providers"
        placeholder="Site, device, address, provider"
        prefix={<Icon name="search" />}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          onChange(event.currentTarget.value);
        }}
      />
    </div>
  );
};

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0.75), flex: '1 1 320px' }),
  search: css({ flex: '0 1 300px', minWidth: 'min(220px, 100%)' }),
});
