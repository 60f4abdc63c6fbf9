// report.html: the verdict first, then the figures behind it. One file, no network.

#include <fmt/format.h>

#include "sim/report/html_sections.hpp"
#include "sim/report/run_result.hpp"
#include "sim/report/si_format.hpp"
#include "sim/report/text.hpp"

namespace spikeloom {
namespace {

constexpr const char* kStyle = R"(
:root{color-scheme:light dark;--ink:#16202e;--soft:#5b6778;--line:#d5dbe5;--back:#fff;--good:#12723b;--bad:#b3261e;--bar:#2f6fb3}
@media(prefers-color-scheme:dark){:root{--ink:#e8ecf3;--soft:#9aa6b8;--line:#39424f;--back:#12161c;--good:#5fd08d;--bad:#ff8a80;--bar:#6ea8e6}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--back);max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}
.verdict{font-weight:600}.good{color:var(--good)}.bad{color:var(--bad)}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.75rem;margin:1rem 0}
.card{border:1px solid var(--line);border-radius:.5rem;padding:.6rem .8rem}.card b{display:block;font-size:1.25rem}
.card span,.note{color:var(--soft);font-size:.85rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:right;padding:.25rem .5rem;border-bottom:1px solid var(--line)}th:first-child,td:first-child{text-align:left}
.bar{background:var(--bar);height:.6rem;border-radius:.3rem;min-width:1px}
table.words td:last-child,table.words th:last-child{text-align:left}
.scroll+.scroll{margin-top:1rem}svg{display:block;max-width:100%;min-width:30rem;height:auto}pre{white-space:pre-wrap;font-size:.8rem;overflow-wrap:anywhere}
)";

std::string card(const std::string& value, const std::string& label) {
  return fmt::format("<div class='card'><b>{}</b><span>{}</span></div>", value, label);
}

std::string percent(const std::optional<double>& share) {
  return share ? fmt::format("{:.2f} %", 100.0 * *share) : "&ndash;";
}

std::string explanation(const FirstMismatch& first) {
  if (first.explanation.empty()) return "";
  return fmt::format("<p>Sample {}, {}.</p>", first.sample, escaped_markup(first.explanation));
}

std::string verdict(const RunResult& r) {
  if (r.comparison.mismatched() == 0)
    return fmt::format(
        "<p class='verdict good'>The chip did exactly what the integer golden model says: {} "
        "spikes, no mismatch.</p>",
        r.chip_engine.total_spikes());
  const FirstMismatch& first = *r.comparison.first();
  return fmt::format(
      "<p class='verdict{}'>The chip differs from the integer golden model in {} places ({}). "
      "The first: sample {}, step {}, {} neuron {}: {} expected, {} found ({}).</p>{}",
      r.is_explained() ? "" : " bad",
      r.comparison.mismatched(),
      causes_words(r.comparison),
      first.sample,
      first.step,
      escaped_markup(r.population_names[index_of(first.population)]),
      first.neuron,
      first.expected,
      first.found,
      first.cause,
      explanation(first));
}

std::string cards(const RunResult& r) {
  std::string text = "<div class='cards'>";
  if (r.chip_engine.accuracy)
    text += card(percent(r.chip_engine.accuracy),
                 fmt::format("accuracy on the chip, {} samples", r.samples));
  text += card(si(r.energy.total.value() / static_cast<double>(r.samples), "J"), "energy a sample");
  text += card(si(r.latency.per_sample.value(), "s"), "latency a sample");
  text += card(fmt::format("{} of {}", r.mapping.cores_used, r.cores), "cores used");
  return text + "</div>";
}

std::string engine_table(const RunResult& r) {
  std::string text =
      "<h2>Three engines</h2><div class='scroll'><table><tr><th></th><th>float golden</th>"
      "<th>integer golden</th><th>chip</th></tr>";
  if (r.chip_engine.accuracy)
    text += fmt::format("<tr><td>accuracy</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                        percent(r.float_engine ? r.float_engine->accuracy : std::nullopt),
                        percent(r.integer_engine.accuracy),
                        percent(r.chip_engine.accuracy));
  for (std::size_t p = 0; p < r.population_names.size(); ++p)
    text += fmt::format("<tr><td>spikes of {}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                        escaped_markup(r.population_names[p]),
                        r.float_engine ? std::to_string(r.float_engine->spikes[p]) : "&ndash;",
                        r.integer_engine.spikes[p],
                        r.chip_engine.spikes[p]);
  return text + "</table></div>";
}

std::string energy_table(const RunResult& r) {
  const double total = r.energy.total.value();
  std::string text = fmt::format(
      "<h2>Energy</h2><p class='note'>{}</p>"
      "<div class='scroll'><table><tr><th>action</th>"
      "<th>count</th><th>each</th><th>energy</th><th style='width:30%'>share</th></tr>",
      escaped_markup(r.energy.definition));
  for (const EnergyRow& row : r.energy.rows) {
    const double share = total > 0 ? row.total.value() / total : 0.0;
    text += fmt::format(
        "<tr title='{}'><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td><div class='bar' "
        "style='width:{:.2f}%'></div></td></tr>",
        escaped_markup(row.source),
        row.name,
        row.count,
        si(to_joules(row.each).value(), "J"),
        si(row.total.value(), "J"),
        100.0 * share);
  }
  return text + "</table></div>";
}

std::string quantization_table(const RunResult& r) {
  if (r.quantization.empty()) return "";
  std::string text =
      "<h2>What quantization lost</h2><div class='scroll'><table><tr><th>population</th>"
      "<th>weights</th><th>became zero</th><th>rms error</th><th>threshold</th><th>bias</th></tr>";
  for (const QuantizationLoss& loss : r.quantization)
    text += fmt::format(
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>{:.3f} %</td><td>{:.3f} %</td><td>{:.3f} "
        "%</td></tr>",
        escaped_markup(loss.population),
        loss.weights,
        loss.weights_zeroed,
        100.0 * loss.weight_rms_error,
        100.0 * loss.threshold_max_error,
        100.0 * loss.bias_max_error);
  return text + "</table></div>";
}

std::string neurobench_column(const std::optional<EngineSummary>& engine,
                              std::string (*value)(const NeurobenchFigures&)) {
  const bool known = engine && engine->neurobench;
  return "<td>" + (known ? value(*engine->neurobench) : "&ndash;") + "</td>";
}

std::string neurobench_table(const RunResult& r) {
  using Figures = NeurobenchFigures;
  const std::vector<std::pair<const char*, std::string (*)(const Figures&)>> rows = {
      {"footprint",
       [](const Figures& f) { return si(static_cast<double>(f.size.footprint_bytes()), "B"); }},
      {"parameters", [](const Figures& f) { return std::to_string(f.size.parameters); }},
      {"connection sparsity",
       [](const Figures& f) { return percent(f.size.connection_sparsity()); }},
      {"activation sparsity", [](const Figures& f) { return percent(f.activation_sparsity()); }},
      {"dense operations a sample",
       [](const Figures& f) { return fmt::format("{:.0f}", f.per_sample(f.operations.dense)); }},
      {"effective MACs a sample",
       [](const Figures& f) {
         return fmt::format("{:.0f}", f.per_sample(f.operations.effective_macs));
       }},
      {"effective ACs a sample",
       [](const Figures& f) {
         return fmt::format("{:.0f}", f.per_sample(f.operations.effective_acs));
       }},
      {"membrane updates a sample",
       [](const Figures& f) { return fmt::format("{:.0f}", f.per_sample(f.membrane_updates)); }}};
  std::string text =
      "<h2>NeuroBench</h2><div class='scroll'><table><tr><th></th><th>float golden</th>"
      "<th>integer golden</th></tr>";
  for (const auto& [name, value] : rows)
    text += fmt::format("<tr><td>{}</td>{}{}</tr>",
                        name,
                        neurobench_column(r.float_engine, value),
                        neurobench_column(r.integer_engine, value));
  return text + "</table></div>";
}

std::string warnings(const RunResult& r) {
  std::string text;
  if (r.real_time) text += "<p>Real time: " + real_time_words(*r.real_time) + ".</p>";
  for (const std::string& warning : r.warnings)
    text += fmt::format("<p class='bad'>{}</p>", escaped_markup(warning));
  return text;
}

}  // namespace

std::string html_report(const RunResult& r) {
  return fmt::format(
      "<!doctype html>\n<html lang='en'><head><meta charset='utf-8'><meta name='viewport' "
      "content='width=device-width,initial-scale=1'><title>{0}</title><style>{1}</style></head>"
      "<body><h1>{0}</h1><p class='note'>{14}; on {2}; seed {3}; spikeloom {4}</p>{5}{6}{7}"
      "<h2>The chip</h2><div class='scroll'>{8}</div>{9}{10}{11}<h2>Repeat this "
      "run</h2><pre>{12}</pre>"
      "<details><summary>Effective experiment</summary><pre>{13}</pre></details></body></html>\n",
      escaped_markup(r.name),
      kStyle,
      escaped_markup(r.chip_name),
      r.seed,
      SPIKELOOM_VERSION,
      verdict(r),
      cards(r),
      warnings(r) + causes_section(r),
      chip_picture(r),
      engine_table(r) + time_section(r) + traffic_section(r),
      energy_table(r),
      quantization_table(r) + neurobench_table(r),
      escaped_markup(r.command),
      escaped_markup(r.experiment),
      escaped_markup(r.network));
}

}  // namespace spikeloom
