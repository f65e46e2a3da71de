import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { AppErrorBoundary } from './AppErrorBoundary';

const Broken = ({ error }: { error: Error }): never => {
  throw error;
};
const chunkError = Object.assign(new Error('Loading chunk 29 failed.'), { name: 'ChunkLoadError' });

beforeEach(() => {
  sessionStorage.clear();
  jest.spyOn(console, 'error').mockImplementation(() => {});
});

function show(error: Error) {
  const reload = jest.fn();
  const view = render(
    <AppErrorBoundary reload={reload}>
      <Broken error={error} />
    </AppErrorBoundary>
  );
  return { reload, ...view };
}

it('loads the page anew when a part of the app has gone, but only once a minute', () => {
  const first = show(chunkError);
  expect(first.reload).toHaveBeenCalledTimes(1);
  first.unmount();
  expect(show(chunkError).reload).not.toHaveBeenCalled();
  expect(screen.getByText(/perhaps because it was upgraded/)).toBeInTheDocument();
});

it('shows any other error and leaves reloading to the person', async () => {
  const { reload } = show(new Error('x is not a function'));
  expect(reload).not.toHaveBeenCalled();
  expect(screen.getByText('x is not a function')).toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: 'Reload now' }));
  expect(reload).toHaveBeenCalledTimes(1);
});
