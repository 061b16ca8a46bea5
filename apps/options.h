// SPDX-License-Identifier: MIT
// Groups of flags that several subcommands share, each a struct with one function that declares it.
#pragma once

#include <CLI/CLI.hpp>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "prepare/prepare.h"

namespace assay {

// --input --image-fit --image-scale --image-channels: what a network is given (given_inputs.h)
struct InputFlags {
  std::vector<std::string> inputs;
  std::string fit = "crop", scale = "imagenet", channels = "rgb";  // of data/preprocessing.h
};
void add_input_flags(CLI::App& app, InputFlags& flags);

// --input-size --input-shape --classes --weights --seed; the commands that compute also declare
// those of `given`
struct ModelFlags {
  InputFlags given;
  int64_t input_size = 0;
  int64_t classes = 0;
  std::vector<std::string> input_shapes;  // "x:1x3x48x192"
  std::string weights;
  uint64_t seed = 0;
};
void add_model_flags(CLI::App& app, ModelFlags& flags);
ModelSpec model_spec(const std::string& name, const ModelFlags& flags, int64_t batch);

// The batch that the model really has: a file with a fixed batch keeps its own when none is asked
// for.
int64_t batch_of(const PreparedModel& model);

// True for an argument with flags of its own, such as 'cls.onnx --input-shape x:1x3x48x192'.
bool is_quoted(const std::string& text);
// Reads such an argument by what `parser` declares. Error with the argument and what is wrong.
void parse_quoted(CLI::App& parser, const std::string& text);

// A model as a command's argument: a name or path, or a quoted one with model flags of its own,
// 'cls.onnx --input-shape x:1x3x48x192', which then replace the command's.
struct ModelArgument {
  std::string name;
  ModelFlags flags;
};
ModelArgument parse_model_argument(const std::string& text, const ModelFlags& command_flags);

// The same back as one shell word.
std::string quoted_model(const ModelArgument& model);

// A flag takes one value each time it is given, as GNU's do; what follows is the next argument. To
// be called when all flags are declared.
void take_one_value_each(CLI::App& app);

// Precisions as they are written.
const std::vector<std::string>& precision_names();

// A validator of a number that may be 0.
CLI::Validator at_least_zero();

// --format --output
struct OutputFlags {
  std::string format = "table";
  std::string file;
};
void add_output_flags(CLI::App& app, OutputFlags& flags, const std::vector<std::string>& formats);

// Error when the file of --output cannot be made, so that it is known before the work is done.
void check_output(const OutputFlags& flags);

// Standard output, or the file of --output: written completely when closed, or an Error.
class Output {
 public:
  explicit Output(const OutputFlags& flags) : x_file(flags.file) { check_output(flags); }
  std::ostream& stream() { return x_text; }
  void close();

 private:
  std::string x_file;
  std::ostringstream x_text;
};

// A validator that offers the nearest name: "unknown format 'htm'; did you mean 'html'?".
CLI::Validator one_of(const std::string& kind, const std::vector<std::string>& names);

// --store
void add_store_flag(CLI::App& app, std::string& folder);

// "2", "1,4" or "all" (the usable cores) as counts. Error for 0 and rubbish, naming the flag.
std::vector<int> thread_counts(const std::vector<std::string>& values, int cores_usable);

}  // namespace assay
