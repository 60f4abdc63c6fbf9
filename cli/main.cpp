// The program: parse, call, print, exit code.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>

#include "cli/commands.hpp"
#include "cli/flow/interruption.hpp"
#include "cli/noc_command.hpp"
#include "models/base/error.hpp"
#include "models/base/json_reader.hpp"
#include "models/base/text.hpp"
#include "sim/noc/traffic.hpp"
#include "sim/report/text.hpp"

// libsystemc refers to sc_main; this program has its own main and elaborates by itself.
extern "C" int sc_main(int, char**) { return 0; }

namespace spikeloom {
namespace {

constexpr const char* kAbout =
    "Maps spiking networks onto many-core chips, simulates them cycle by cycle, and compares them "
    "spike for spike with a golden model.";
constexpr const char* kExitCodes =
    "Exit codes: 0 done; 1 engines differ without a cause that was switched on; 2 wrong input; "
    "3 a bug of ours.\n"
    "Example:    spikeloom run models/library/experiments/digits.json --set /steps=16";

struct Options {
  RunRequest run;
  GoldenRequest golden;
  NocRequest noc;
  VerifyRequest verify;
  std::vector<std::string> sets, files;
  std::string kind, out, engine = "float";
  TraceChoice trace;
  bool json = false;
};

void add_experiment(CLI::App& command, std::string& experiment, Options& options) {
  command.add_option("experiment", experiment, "experiment file (JSON)")->required();
  command
      .add_option("--set",
                  options.sets,
                  "override a value of the experiment, /json/pointer=value; repeatable")
      ->allow_extra_args(false)
      ->type_name("POINTER=VALUE");
}

void add_json(CLI::App& command, Options& options) {
  command.add_flag("--json", options.json, "print the result as one JSON object");
}

void add_traces(CLI::App& command, Options& options) {
  command.add_flag("--trace",
                   options.trace.on,
                   "also write spikes.csv, state.h5 and ENGINE.nirdata.h5 (NIR's trace format)");
  command.add_flag(
      "--state-csv", options.trace.state_table, "also write u and v as state.csv; implies --trace");
}

CLI::Validator some_directory() {
  const auto check = [](const std::string& given) {
    return given.empty() ? std::string("is empty, expected a directory") : std::string();
  };
  return CLI::Validator(check, "DIR");
}

CLI::App* add_run(CLI::App& app, Options& options) {
  CLI::App* command = app.add_subcommand("run", "map, simulate, compare and report");
  add_experiment(*command, options.run.experiment, options);
  command->add_option("--out", options.out, "where results go [results/<experiment>]")
      ->check(some_directory());
  add_traces(*command, options);
  command->add_flag("--packet-trace",
                    options.run.packet_trace,
                    "also write what every packet does in every cycle (packets.csv)");
  command
      ->add_option("--jobs",
                   options.run.jobs,
                   "processes that simulate samples side by side; no number changes [1]")
      ->check(CLI::Range(1, 1024))
      ->type_name("N");
  add_json(*command, options);
  return command->footer("Example: spikeloom run models/library/experiments/digits.json --trace");
}

CLI::App* add_golden(CLI::App& app, Options& options) {
  CLI::App* command =
      app.add_subcommand("golden", "run a software reference, under several conventions if asked");
  add_experiment(*command, options.golden.experiment, options);
  command->add_option("--engine", options.engine, "float or integer [float]")
      ->check(CLI::IsMember({"float", "integer"}));
  command
      ->add_option("--semantics",
                   options.golden.semantics,
                   "semantics preset, or a *.json file of one, instead of the experiment's; repeat "
                   "it to compare several")
      ->allow_extra_args(false);
  command
      ->add_option("--out",
                   options.out,
                   "also write result.json here [with --trace: results/<experiment>-golden]")
      ->check(some_directory());
  add_traces(*command, options);
  add_json(*command, options);
  return command->footer(
      "Example: spikeloom golden models/library/experiments/digits.json --semantics snntorch "
      "--semantics norse");
}

CLI::App* add_map(CLI::App& app, Options& options) {
  CLI::App* command = app.add_subcommand("map", "the mapping and its quality only");
  add_experiment(*command, options.run.experiment, options);
  command->add_option("--out", options.out, "also write mapping.h5 to this directory")
      ->check(some_directory());
  add_json(*command, options);
  return command->footer(
      "Example: spikeloom map models/library/experiments/digits.json --set "
      "/mapping/placer=row_major");
}

CLI::App* add_verify(CLI::App& app, Options& options) {
  CLI::App* command = app.add_subcommand(
      "verify", "the chip's RTL in lockstep with the chip model and the golden model");
  add_experiment(*command, options.verify.experiment, options);
  command->add_option("--out", options.out, "where results go [results/<experiment>-verify]")
      ->check(some_directory());
  command->add_option("--sample", options.verify.sample, "only this sample, counted from 0")
      ->type_name("I");
  add_json(*command, options);
  return command->footer(
      "Compares every packet on every router port in every cycle, and every neuron's u, v and "
      "spikes in every step; stops at the first difference, says what came before, and writes the "
      "waveform around it. The RTL is compiled with Verilator and $CXX [c++] once, and kept in "
      "$XDG_CACHE_HOME/spikeloom [~/.cache/spikeloom].\n"
      "Example: spikeloom verify models/library/experiments/digits_rtl.json --set "
      "/input/samples=2");
}

CLI::App* add_check(CLI::App& app, Options& options) {
  CLI::App* command = app.add_subcommand("check", "validate experiments, chips, networks, ...");
  command->add_option("files", options.files, "files to validate")->required();
  add_json(*command, options);
  return command->footer(
      "Example: spikeloom check models/library/chips/mesh8x8.json "
      "models/library/networks/digits.nir");
}

CLI::App* add_list(CLI::App& app, Options& options) {
  CLI::App* command = app.add_subcommand("list", "show what can be named in a spec");
  std::vector<std::string> kinds;
  for (const auto& [kind, names] : all_lists()) kinds.push_back(kind);
  command->add_option("kind", options.kind, comma_separated(kinds))->required();
  add_json(*command, options);
  return command->footer("Example: spikeloom list chips");
}

CLI::App* add_noc(CLI::App& app, Options& options) {
  CLI::App* command =
      app.add_subcommand("noc", "a chip's network under synthetic traffic: latency against load");
  command->add_option("chip", options.noc.chip, "chip file, or name of a shipped chip [noc8x8]");
  command
      ->add_option("--pattern",
                   options.noc.patterns,
                   comma_separated(noc::pattern_names()) + " [uniform]; repeatable")
      ->allow_extra_args(false);
  command
      ->add_option("--offered",
                   options.noc.offered,
                   "packets per node and cycle, at most 1 [0.02, 0.1, 0.2]; repeatable")
      ->allow_extra_args(false);
  add_json(*command, options);
  return command->footer(
      "Example: spikeloom noc mesh8x8 --pattern transpose --offered 0.05 --offered 0.1");
}

std::string joined(int argc, char** argv) {
  std::string text;
  for (int i = 0; i < argc; ++i) text += (i == 0 ? "" : " ") + std::string(argv[i]);
  return text;
}

void distribute(Options& options) {
  for (const std::string& text : options.sets) {
    options.run.overrides.push_back(parse_override(text));
    options.golden.overrides.push_back(parse_override(text));
    options.verify.overrides.push_back(parse_override(text));
  }
  if (!options.out.empty()) options.run.out = options.golden.out = options.verify.out = options.out;
  options.run.trace = options.golden.trace = options.trace;
  options.golden.engine = options.engine == "integer" ? GoldenEngine::Integer : GoldenEngine::Float;
}

// CLI11 would only say that a command is required.
void refuse_unknown_command(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return;
  std::vector<std::string> known;
  for (const CLI::App* command : app.get_subcommands(nullptr)) known.push_back(command->get_name());
  const std::string given = argv[1];
  if (std::find(known.begin(), known.end(), given) != known.end()) return;
  const std::string near = nearest_word(given, known);
  throw InputError("",
                   "",
                   "there is no command '" + given +
                       (near.empty() ? "'; known: " + comma_separated(known)
                                     : "'; did you mean '" + near + "'?"));
}

int run(int argc, char** argv) {
  Options options;
  CLI::App app(kAbout, "spikeloom");
  app.require_subcommand(1);
  app.footer(kExitCodes);
  app.set_version_flag("--version", SPIKELOOM_VERSION);
  const CLI::App* run = add_run(app, options);
  const CLI::App* golden = add_golden(app, options);
  const CLI::App* map = add_map(app, options);
  const CLI::App* verify = add_verify(app, options);
  const CLI::App* check = add_check(app, options);
  const CLI::App* noc = add_noc(app, options);
  add_list(app, options);
  refuse_unknown_command(app, argc, argv);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& wish) {
    return app.exit(wish);
  } catch (const CLI::ParseError& error) {
    throw InputError("", "", std::string(error.what()) + " (see spikeloom --help)");
  }
  options.run.command = options.verify.command = joined(argc, argv);
  distribute(options);
  if (run->parsed()) return run_command(options.run, options.json);
  if (golden->parsed()) return golden_command(options.golden, options.json);
  if (map->parsed()) return map_command(options.run, options.json);
  if (verify->parsed()) return verify_command(options.verify, options.json);
  if (check->parsed()) return check_command(options.files, options.json);
  if (noc->parsed()) return noc_command(options.noc, options.json);
  return list_command(options.kind, options.json);
}

}  // namespace
}  // namespace spikeloom

int main(int argc, char** argv) {
  constexpr int kSignalBase = 128;  // as shells report a signal
  try {
    spikeloom::remember_interruptions();
    return spikeloom::run(argc, argv);
  } catch (const spikeloom::InputError& error) {
    std::fprintf(stderr, "spikeloom: %s\n", spikeloom::printable(error.what()).c_str());
    return spikeloom::kBadInput;
  } catch (const spikeloom::Interrupted& interrupted) {
    std::fprintf(stderr, "spikeloom: interrupted; nothing was written\n");
    return kSignalBase + interrupted.signal();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "spikeloom: internal error: %s\n", error.what());
    return spikeloom::kOurBug;
  }
}
