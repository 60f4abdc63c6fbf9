// Conventions side by side, for people.

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "sim/report/golden_result.hpp"
#include "sim/report/text.hpp"

namespace spikeloom {
namespace {

constexpr std::size_t kLabelColumns = 24, kValueColumns = 18, kRunsInBlock = 4;

std::string percent(const std::optional<double>& share) {
  return share ? fmt::format("{:.2f} %", 100.0 * *share) : "-";
}

// A block of the table: up to four runs beside each other.
class Block {
 public:
  Block(const GoldenResult& result, std::size_t first)
      : result_(result), first_(first), last_(std::min(first + kRunsInBlock, result.runs.size())) {}

  std::string text() {
    row("semantics", [](const GoldenRun& run) { return shortened(run.name, kValueColumns); });
    row("accuracy", [](const GoldenRun& run) { return percent(run.summary.accuracy); });
    add_spikes();
    add_operations();
    return std::move(text_);
  }

 private:
  using Value = std::function<std::string(const GoldenRun&)>;

  void row(const std::string& label, const Value& value) {
    text_ += fmt::format("{:<{}}", shortened(label, kLabelColumns), kLabelColumns);
    for (std::size_t i = first_; i < last_; ++i)
      text_ += fmt::format(" {:>{}}", value(result_.runs[i]), kValueColumns);
    text_ += '\n';
  }

  std::string per_sample(std::uint64_t count) const {
    return fmt::format("{:.1f}", static_cast<double>(count) / static_cast<double>(result_.samples));
  }

  void add_spikes() {
    const auto& names = result_.population_names;
    row("spikes", [](const GoldenRun& run) { return std::to_string(run.summary.total_spikes()); });
    for (std::size_t p = 0; p < names.size(); ++p)
      row("  " + shortened(names[p], kLabelColumns - 2),
          [p](const GoldenRun& run) { return std::to_string(run.summary.spikes[p]); });
    row("spikes a sample",
        [this](const GoldenRun& run) { return per_sample(run.summary.total_spikes()); });
    for (std::size_t p = 0; p < names.size(); ++p)
      row("  " + shortened(names[p], kLabelColumns - 2),
          [this, p](const GoldenRun& run) { return per_sample(run.summary.spikes[p]); });
    row_of_ratios([](const GoldenRun& run) { return run.summary.total_spikes(); });
  }

  // By NeuroBench's definitions, summed over samples.
  void add_operations() {
    const auto figures = [](const GoldenRun& run) { return run.summary.neurobench.value(); };
    row("synaptic operations",
        [&](const GoldenRun& run) { return std::to_string(figures(run).operations.effective()); });
    row("  effective ACs", [&](const GoldenRun& run) {
      return std::to_string(figures(run).operations.effective_acs);
    });
    row("  effective MACs", [&](const GoldenRun& run) {
      return std::to_string(figures(run).operations.effective_macs);
    });
    row("  of dense operations",
        [&](const GoldenRun& run) { return std::to_string(figures(run).operations.dense); });
    row_of_ratios([&](const GoldenRun& run) { return figures(run).operations.effective(); });
    row("membrane updates",
        [&](const GoldenRun& run) { return std::to_string(figures(run).membrane_updates); });
    row("activation sparsity",
        [&](const GoldenRun& run) { return percent(figures(run).activation_sparsity()); });
  }

  // Against the first run of all, in whatever block it stands.
  void row_of_ratios(const std::function<std::uint64_t(const GoldenRun&)>& count) {
    const auto base = static_cast<double>(count(result_.runs.front()));
    row("  ratio to the first", [&](const GoldenRun& run) {
      return base > 0 ? fmt::format("{:.3f}", static_cast<double>(count(run)) / base) : "-";
    });
  }

  const GoldenResult& result_;
  std::size_t first_, last_;
  std::string text_;
};

std::string difference(const GoldenResult& r, const GoldenRun& run) {
  const std::string& base = r.runs.front().name;
  const auto& first = run.differences.first();
  if (!first) return fmt::format("{} does what {} does, spike for spike\n", run.name, base);
  return fmt::format(
      "{} differs from {} {} times, first in sample {}, step {}, {} neuron {}: {} {} in {}, {} in "
      "{}\n",
      run.name,
      base,
      run.differences.mismatched(),
      first->sample,
      first->step,
      r.population_names[index_of(first->population)],
      first->neuron,
      first->quantity,
      first->expected,
      base,
      first->found,
      run.name);
}

std::string loss_lines(const GoldenRun& run) {
  std::string text =
      fmt::format("quantization of {}\n  {:<22} {:>12} {:>12} {:>11} {:>11} {:>11}\n",
                  run.name,
                  "population",
                  "weights",
                  "became zero",
                  "rms error",
                  "threshold",
                  "bias");
  for (const QuantizationLoss& loss : run.quantization)
    text += fmt::format("  {:<22} {:>12} {:>12} {:>9.3f} % {:>9.3f} % {:>9.3f} %\n",
                        shortened(loss.population, 22),
                        loss.weights,
                        loss.weights_zeroed,
                        100.0 * loss.weight_rms_error,
                        100.0 * loss.threshold_max_error,
                        100.0 * loss.bias_max_error);
  return text;
}

}  // namespace

std::string golden_table(const GoldenResult& r) {
  std::string text =
      fmt::format("{}: {} golden\n{}; {} samples\n\n", r.name, r.engine, r.network, r.samples);
  for (std::size_t first = 0; first < r.runs.size(); first += kRunsInBlock)
    text += Block(r, first).text() + '\n';
  for (std::size_t i = 1; i < r.runs.size(); ++i) text += difference(r, r.runs[i]);
  for (const GoldenRun& run : r.runs)
    if (!run.quantization.empty()) text += loss_lines(run);
  for (const std::string& warning : r.warnings) text += "warning: " + warning + '\n';
  return printable(wrap_long_lines(text));
}

}  // namespace spikeloom
