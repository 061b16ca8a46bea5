#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The demo's main job, on real networks that nobody here wrote and six of our own: checks what they compute, measures them
# on two engines, and writes one page. Called by demo.sh after setup and build.
# Usage: demo_job.sh [--engines LIST] [--full]   (--full adds batch 8 and one thread)
set -euo pipefail
cd "$(dirname "$0")/.."

build=build/release
assay=$build/bin/assay
engines=onnxruntime,openvino full=
while [[ $# -gt 0 ]]; do
  case $1 in
    --engines) engines=$2 && shift ;;
    --full) full=yes ;;
  esac
  shift
done
ocr=$(tools/setup.sh --where rapidocr-onnxruntime)/rapidocr_onnxruntime/models
light=$(tools/setup.sh --where onnx)/onnx/backend/test/data/light
direction=$ocr/ch_ppocr_mobile_v2.0_cls_infer.onnx
work=$build/demo  # stays, because the page's commands name its pictures
mkdir -p "$work"

echo "== What the networks compute"
$build/bin/text_line /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf "Hello world" "$work/0.png" "$work/180.png" "$work/page.png"
for engine in ${engines//,/ }; do
  for angle in 0 180; do
    printf '%-12s text turned by %3s degrees: ' "$engine" "$angle"
    $assay run "$direction" --engine "$engine" --input-shape x:1x3x48x192 --input "x=$work/$angle.png" \
      --image-fit pad --image-scale symmetric --expect-class $((angle / 180))
  done
  for model in "$light"/*.onnx; do
    printf '%-12s %-26s ' "$engine" "$(basename "$model" .onnx)"
    $assay run "$model" --engine "$engine" --input ones --expect "${model%.onnx}_output_0.pb"
  done
done

echo
echo "== How fast they are here"
flexible=("$direction --input-shape x:1x3x48x192"
  "$ocr/ch_PP-OCRv4_det_infer.onnx --input-shape x:1x3x736x736 --input x=$work/page.png --image-fit stretch --image-scale symmetric"
  "$ocr/ch_PP-OCRv4_rec_infer.onnx --input-shape x:1x3x48x320"
  alexnet vgg16 resnet18 resnet50 squeezenet1_1 mobilenet_v2)
bench() { $assay bench "$@" --engine "$engines" --precision fp32,bf16 --supported-only --max-time 1s; }
runs=1
bench "${flexible[@]}" "$light"/*.onnx
if [[ -n $full ]]; then
  runs=3
  bench "${flexible[@]:3}" --batch 8
  bench "${flexible[@]}" "$light"/*.onnx --threads 1
fi
$assay report --last $runs --title "Eighteen networks on two engines" --output report.html
echo
echo "The page: $PWD/report.html"
