const params = new URLSearchParams(location.search);
WebSocketReconnect.configure({ placement: params.get('placement'), ...(params.get('wasm') && { wasmUrl: params.get('wasm') }) });
