import '@testing-library/jest-dom';
import { TextDecoder, TextEncoder } from 'util';

/**
 * react-dom/server, which @grafana/ui imports, wants a MessageChannel. Node's own keeps the jest worker alive, even
 * unref'd, because setting onmessage refs it again; a timer does the same work.
 */
class TimerMessageChannel {
  port1 = { onmessage: null, close: () => {} };
  port2 = { postMessage: (data) => setTimeout(() => this.port1.onmessage?.({ data }), 0), close: () => {} };
}

class StillObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
  takeRecords() {
    return [];
  }
}

Object.assign(globalThis, {
  TextDecoder,
  TextEncoder,
  MessageChannel: globalThis.MessageChannel ?? TimerMessageChannel,
  IntersectionObserver: globalThis.IntersectionObserver ?? StillObserver,
  ResizeObserver: globalThis.ResizeObserver ?? StillObserver,
});

Object.defineProperty(globalThis, 'matchMedia', {
  writable: true,
  value: (media) => ({
    matches: false,
    media,
    onchange: null,
    addEventListener: () => {},
    removeEventListener: () => {},
    addListener: () => {},
    removeListener: () => {},
    dispatchEvent: () => false,
  }),
});

globalThis.HTMLCanvasElement.prototype.getContext = () => null;
