#pragma once
// All that a run found out, in one record; result_json, terminal and html write it out.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "models/base/json_reader.hpp"
#include "models/chip/topology.hpp"
#include "models/lowering/lower.hpp"
#include "models/mapping/mapping_quality.hpp"
#include "models/technology/ledger.hpp"
#include "sim/chip/fabric_activity.hpp"
#include "sim/cosim/compare.hpp"
#include "sim/golden/float_counts.hpp"
#include "sim/report/neurobench_figures.hpp"

namespace spikeloom {

/// What one engine did over all samples.
struct EngineSummary {
  std::optional<double> accuracy;                 ///< absent where samples have no labels
  std::vector<std::uint64_t> spikes;              ///< by PopulationId
  std::uint64_t total_spikes() const;             ///< inputs not counted
  std::vector<bool> is_input;                     ///< by PopulationId
  std::optional<NeurobenchFigures> neurobench{};  ///< of the references
};

/// One line of samples.csv.
struct SampleReadout {
  std::size_t sample;
  std::optional<std::uint32_t> label;
  std::string engine;
  std::uint32_t predicted;
  std::vector<std::uint64_t> counts;  ///< spikes of each read-out neuron
};

/// Where integers did not hold what was to be held; the golden model counts them.
struct IntegerOverflows {
  std::uint64_t sum = 0, u = 0, v = 0;
  std::uint64_t spikes = 0;  ///< neuron-steps that held back spikes beyond the most of a step
};

struct LatencyFigures {
  std::uint64_t cycles = 0, reset_cycles = 0;
  Seconds total, per_sample;
  std::uint64_t step_p50 = 0, step_p95 = 0, step_max = 0;  ///< cycles of a step
};

/// Loading the mapping before the run; in none of the run's other figures.
struct ConfigurationFigures {
  std::uint64_t words = 0, cycles = 0;
  Seconds time;
  std::optional<Joules> energy;  ///< absent where the technology has no price for it
};

/// Of a chip whose steps have a fixed length.
struct RealTimeFigures {
  std::uint64_t tick_cycles = 0;
  std::uint64_t overruns = 0;  ///< ticks that met a core still busy
  /// Copies of packets booked after their step or lost because of it, and booked before it.
  std::uint64_t late = 0, early = 0;
  std::uint64_t busy_p50 = 0, busy_p95 = 0, busy_max = 0;  ///< cycles from tick to quiet, per step

  /// Share of the tick that the busiest step took; 1 if some step was not over.
  double utilization() const {
    return static_cast<double>(busy_max) / static_cast<double>(tick_cycles);
  }
};

struct TrafficFigures {
  std::uint64_t packets = 0, deliveries = 0, hops = 0;  ///< deliveries: packets into cores
  std::uint64_t detoured = 0;                           ///< copies that went around a blocked link
  std::uint64_t dropped = 0;         ///< copies that waited too long or had no output
  std::uint64_t reinjected = 0;      ///< of them: sent again
  std::uint64_t lost = 0;            ///< of them: gone for good
  std::uint64_t starved_cycles = 0;  ///< sum over links: a copy waited for a place behind it
  struct Link {
    TilePosition tile;
    Port port;
  };
  std::optional<Link> worst_link;  ///< the one that was busy longest; none without hops
  double worst_link_load = 0;      ///< its packets per cycle
  double worst_link_busy = 0;      ///< share of the run in which it was sending
  std::uint64_t worst_queue = 0;
  struct IoPort {
    TilePosition tile;
    std::uint64_t packets_in = 0, packets_out = 0;
  };
  std::vector<IoPort> ports;  ///< of the chip, in its order
};

struct TileFigures {
  TilePosition position;
  std::uint32_t neurons = 0;
  std::string populations;  ///< names of what lives there
  Joules dynamic;
  std::uint64_t packets_sent = 0;
  std::uint64_t worst_queue = 0;  ///< packets in the fullest input queue of its router
  std::array<LinkActivity, kLinkCount> links{};  ///< outgoing
};

struct SimulatorFigures {
  double wall_s = 0, cpu_s = 0;          ///< of the whole run: reading, mapping, all engines
  double chip_cpu_s = 0;                 ///< of the chip engine alone
  std::uint64_t synaptic_events = 0;     ///< on the chip
  double synaptic_events_per_cpu_s = 0;  ///< synaptic_events / chip_cpu_s
  std::uint64_t peak_rss_bytes = 0;
};

struct RunResult {
  std::string experiment;  ///< effective document, as JSON text
  std::string name, chip_name, command;
  std::string network;  ///< source, semantics, step: what was run, in a few words
  std::uint32_t seed = 0;
  std::size_t samples = 0;
  std::vector<std::string> population_names;
  std::optional<EngineSummary> float_engine;  ///< absent for generated networks
  EngineSummary integer_engine, chip_engine;
  SpikeComparison comparison;  ///< integer against chip
  MappingQuality mapping;
  std::vector<std::pair<std::string, std::string>> mapping_stages;
  std::vector<QuantizationLoss> quantization;
  IntegerOverflows overflows;
  LatencyFigures latency;
  std::optional<RealTimeFigures> real_time;
  Energy energy;
  ConfigurationFigures configuration;
  TrafficFigures traffic;
  std::vector<TileFigures> tiles;
  Topology topology;
  std::uint32_t queue_packets = 0;  ///< that an input queue of a router holds
  std::uint32_t cores = 0;          ///< of the chip, those that work
  SimulatorFigures simulator;
  std::vector<SampleReadout> readouts;
  std::vector<std::string> warnings;

  /// Every difference between engines is rooted in an effect that was switched on.
  bool is_explained() const { return comparison.unexplained() == 0; }
};

/// "v of hidden1 neuron 3 is not finite from sample 0, step 7 on": the first of a float reference,
/// whose runs each take one sample of `steps` steps, or one takes all.
std::string non_finite_words(const NonFiniteState& state,
                             const std::vector<std::string>& population_names,
                             std::uint32_t steps);

/// One sentence per kind of integer that did not fit; none if all did.
std::vector<std::string> overflow_words(const IntegerOverflows& overflows);

/// "ticks of 500 cycles, of which the busiest step took 83 %; 0 overruns, 0 late packets".
std::string real_time_words(const RealTimeFigures& figures);

/// "late 3, propagated 7": how many mismatches each cause explains.
std::string causes_words(const SpikeComparison& comparison);

/// "before the run: 5012 words in 50.12 us, 60.14 nJ; in no other figure".
std::string configuration_words(const ConfigurationFigures& configuration);

/// A list with what quantization lost in each population: `quantization` of result.json.
Json to_json(const std::vector<QuantizationLoss>& losses);
/// The figures of the `mapping` part of result.json.
Json to_json(const MappingQuality& quality);
/// result.json, format "spikeloom-result/1".
Json to_json(const RunResult& result);
/// What a person reads after a run; at most 100 columns.
std::string terminal_summary(const RunResult& result);
/// One self-contained page.
std::string html_report(const RunResult& result);
/// The chip as a heat map, as SVG: dynamic energy of tiles, load of links; what is dead is marked.
std::string chip_picture(const RunResult& result);
/// samples.csv: sample,label,engine,predicted,count_0,...
std::string samples_csv(const std::vector<SampleReadout>& readouts);

}  // namespace spikeloom
