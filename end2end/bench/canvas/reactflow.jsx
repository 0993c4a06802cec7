// React Flow with cards like this product's, for comparison.
import { memo } from 'react';
import { createRoot } from 'react-dom/client';
import { Background, Controls, Handle, MiniMap, Position, ReactFlow, useEdgesState, useNodesState } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import './reactflow.css';
import { place } from './layout.ts';

const asked = new URLSearchParams(location.search);
const count = Number(asked.get('nodes'));
const near = asked.has('near');
const all = Array.from({ length: count }, (_, at) => at);

const Card = memo(({ data }) => (
  <div className="card">
    <Handle type="target" position={Position.Left} />
    <div className="head">
      <svg width="18" height="18" viewBox="0 0 18 18">
        <circle cx="9" cy="9" r="7" fill="#4d7c0f" />
        <path d="M6 9l2 2 4-4" stroke="#fff" fill="none" strokeWidth="1.6" />
      </svg>
      <b>{data.label}</b>
    </div>
    <div className="line">Transform</div>
    <Handle type="source" position={Position.Right} />
  </div>
));

const types = { card: Card };
const cards = all.map((at) => ({
  id: `n${at}`,
  type: 'card',
  position: place(at, count),
  data: { label: `Node ${at}` },
}));
const lines = all.slice(1).map((at) => ({ id: `e${at}`, source: `n${at - 1}`, target: `n${at}` }));

function App() {
  const [nodes, , onNodes] = useNodesState(cards);
  const [edges, , onEdges] = useEdgesState(lines);
  return (
    <div style={{ width: '100vw', height: '100vh' }}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        onNodesChange={onNodes}
        onEdgesChange={onEdges}
        nodeTypes={types}
        fitView={!near}
        onlyRenderVisibleElements={near}
        minZoom={0.02}
      >
        <Background />
        <Controls />
        <MiniMap />
      </ReactFlow>
    </div>
  );
}

createRoot(document.getElementById('root')).render(<App />);
