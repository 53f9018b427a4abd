"""Writes the bench's models into models/<name>/: model.onnx and model.json.
Needs: onnx, numpy, scikit-learn, skl2onnx. Run: python make-models.py

Weights are random but fixed: what a run of layers costs depends on the graph, not on what it has learnt. Trees are trained,
because what a run of them costs depends on the paths that rows take."""
import json, pathlib
import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper
from sklearn.ensemble import GradientBoostingClassifier
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType

HERE = pathlib.Path(__file__).parent / 'models'
FEATURES = 30
OPSET, IR_VERSION = 17, 8

def mlp(*widths):
    """A perceptron of these layer widths: rectifiers between, a sigmoid at the end."""
    random = np.random.default_rng(0)
    nodes, weights, last = [], [], 'features'
    for layer, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        w = random.normal(0, np.sqrt(2 / inputs), (inputs, outputs)).astype(np.float32)
        weights += [numpy_helper.from_array(w, f'w{layer}'),
                    numpy_helper.from_array(np.zeros(outputs, np.float32), f'b{layer}')]
        final = layer == len(widths) - 2
        activated = 'probability' if final else f'a{layer}'
        nodes += [helper.make_node('Gemm', [last, f'w{layer}', f'b{layer}'], [f'z{layer}']),
                  helper.make_node('Sigmoid' if final else 'Relu', [f'z{layer}'], [activated])]
        last = activated
    value = lambda name, width: helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, width])
    graph = helper.make_graph(nodes, 'mlp', [value('features', widths[0])], [value('probability', widths[-1])], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid('', OPSET)], ir_version=IR_VERSION)

def gradient_boosting(trees, depth):
    """Trained on rows that are spread as the bench's records are: each feature from -1 to 1."""
    random = np.random.default_rng(0)
    x = np.sin(random.uniform(0, 2 * np.pi, (20_000, FEATURES))).astype(np.float32)
    y = (x @ random.normal(0, 1, FEATURES) + x[:, 0] * x[:, 1] * 3 + random.normal(0, 1, len(x)) > 0).astype(int)
    model = GradientBoostingClassifier(n_estimators=trees, max_depth=depth, random_state=0).fit(x, y)
    return to_onnx(model, initial_types=[('features', FloatTensorType([None, FEATURES]))], target_opset=OPSET,
                   options={id(model): {'zipmap': False}})

MODELS = {'mlp': (lambda: mlp(FEATURES, 64, 32, 1), {'output': 'probability', 'column': 0}),
          'gradient-boosting': (lambda: gradient_boosting(100, 6), {'output': 'probabilities', 'column': 1})}

for name, (make, score) in MODELS.items():
    model = make()
    checker.check_model(model, full_check=True)
    folder = HERE / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / 'model.onnx').write_bytes(model.SerializeToString())
    (folder / 'model.json').write_text(json.dumps({
        'name': name, 'input': 'features', 'features': [f'f{i:02d}' for i in range(FEATURES)], 'score': score,
    }, indent=2) + '\n')
