#include "models/technology/technology.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "models/base/error.hpp"
#include "models/chip/grid.hpp"
#include "models/technology/sram.hpp"

namespace spikeloom {
namespace {

constexpr const char* kFormat = "spikeloom-technology/1";
constexpr double kMostPicojoules = 1e9;
constexpr const char* kUnpriced = "unpriced: ";
constexpr const char* kImpossible = "does not happen on this chip";

struct Operation {
  Picojoules each;
  std::string source;
};

// What the terms of an action are priced with.
struct Primitives {
  std::map<std::string, Operation> operations;
  std::optional<SramPrices> sram;
  std::string sram_source;
  std::optional<Operation> wire;  // per bit and millimetre
};

// A part of an action's price.
struct Term {
  double count;
  Picojoules each;
  std::string text, source;
};

std::string sentence(ObjectReader& reader, const std::string& key) {
  std::string text = reader.string(key);
  if (text.empty()) reader.fail(key, "is empty; a sentence is expected");
  return text;
}

Picojoules picojoules(ObjectReader& reader, const std::string& key) {
  return Picojoules(reader.number(key, 0.0, kMostPicojoules));
}

Operation read_operation(const Json& value, const JsonPlace& place) {
  ObjectReader reader(value, place);
  Operation operation{picojoules(reader, "pj"), sentence(reader, "source")};
  reader.finish();
  return operation;
}

SramPoint read_point(const Json& value, const JsonPlace& place) {
  ObjectReader reader(value, place);
  SramPoint point{reader.unsigned_integer("capacity_bytes", 1, std::uint64_t{1} << 40),
                  static_cast<std::uint32_t>(reader.unsigned_integer("width_bits", 1, 65536)),
                  Picojoules(reader.number("pj", 1e-9, kMostPicojoules))};
  reader.finish();
  return point;
}

void read_sram(ObjectReader reader, Primitives& primitives) {
  std::vector<SramPoint> points;
  reader.array("points", [&](const Json& value, const JsonPlace& place) {
    const SramPoint point = read_point(value, place);
    if (!points.empty() && point.capacity_bytes <= points.back().capacity_bytes)
      (place / "capacity_bytes")
          .fail(fmt::format("is {}, but the points ascend in capacity and the one before has {}",
                            point.capacity_bytes,
                            points.back().capacity_bytes));
    points.push_back(point);
  });
  if (points.empty()) reader.fail("points", "is empty; at least one point is expected");
  primitives.sram.emplace(std::move(points));
  primitives.sram_source = sentence(reader, "source");
  reader.finish();
}

void read_wire(ObjectReader reader, Primitives& primitives) {
  primitives.wire = Operation{picojoules(reader, "pj_per_bit_mm"), sentence(reader, "source")};
  reader.finish();
}

Primitives read_primitives(ObjectReader& reader) {
  Primitives primitives;
  if (auto operations = reader.optional_object("operations"))
    operations->members([&](const std::string& name, const Json& value, const JsonPlace& place) {
      primitives.operations.emplace(name, read_operation(value, place));
    });
  if (auto sram = reader.optional_object("sram")) read_sram(*sram, primitives);
  if (auto wire = reader.optional_object("wire")) read_wire(*wire, primitives);
  return primitives;
}

Term sram_term(ObjectReader& reader, double count, const Primitives& primitives, const Chip& chip) {
  if (!primitives.sram) reader.fail("of", "is \"sram\", but the technology prices no sram");
  const std::string name = reader.word("memory", memory_names());
  const Memory memory = memory_of(chip, name);
  const std::string text = fmt::format(
      "access to the {} memory of {} B, {} bit", name, memory.capacity_bytes, memory.width_bits);
  return {count, primitives.sram->access(memory), text, primitives.sram_source};
}

Term wire_term(ObjectReader& reader, double count, const Primitives& primitives) {
  if (!primitives.wire) reader.fail("of", "is \"wire\", but the technology prices no wire");
  const double length_mm = reader.number("length_mm", 0.0, 1000.0);
  const Picojoules each = primitives.wire->each * length_mm;
  return {count, each, fmt::format("bit over {} mm of wire", length_mm), primitives.wire->source};
}

Term operation_term(ObjectReader& reader,
                    const std::string& name,
                    double count,
                    const Primitives& primitives) {
  const auto found = primitives.operations.find(name);
  if (found != primitives.operations.end())
    return {count, found->second.each, name, found->second.source};
  std::string known = "sram, wire";
  for (const auto& [word, operation] : primitives.operations) known += ", " + word;
  reader.fail("of", "unknown word \"" + name + "\"; allowed: " + known);
}

Term read_term(const Json& value,
               const JsonPlace& place,
               const Primitives& primitives,
               const Chip& chip) {
  ObjectReader reader(value, place);
  const double count = reader.number("count", 0.0, 1e6);
  const std::string of = reader.string("of");
  Term term = of == "sram"   ? sram_term(reader, count, primitives, chip)
              : of == "wire" ? wire_term(reader, count, primitives)
                             : operation_term(reader, of, count, primitives);
  reader.finish();
  return term;
}

// "how it is composed = 2 add_32 of 0.1 pJ + ... [sources]"
ActionPrice composed(const std::vector<Term>& terms, std::string note) {
  ActionPrice price;
  std::string sum;
  std::vector<std::string> sources;
  for (const Term& term : terms) {
    price.each += term.each * term.count;
    sum += fmt::format(
        "{}{} {} of {:.4g} pJ", sum.empty() ? "" : " + ", term.count, term.text, term.each.value());
    if (std::find(sources.begin(), sources.end(), term.source) == sources.end())
      sources.push_back(term.source);
  }
  price.source = fmt::format("{} = {} [{}]", note, sum, fmt::join(sources, "; "));
  return price;
}

ActionPrice read_terms(ObjectReader& reader, const Primitives& primitives, const Chip& chip) {
  std::vector<Term> terms;
  reader.array("terms", [&](const Json& value, const JsonPlace& place) {
    terms.push_back(read_term(value, place, primitives, chip));
  });
  if (terms.empty()) reader.fail("terms", "is empty; at least one term is expected");
  return composed(terms, sentence(reader, "source"));
}

ActionPrice read_included(ObjectReader& reader) {
  ActionPrice price;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < kActionCount; ++i) names.push_back(name_of(static_cast<Action>(i)));
  price.included_in = reader.word("included_in", names);
  price.source = sentence(reader, "source");
  return price;
}

ActionPrice read_priced(ObjectReader& reader) {
  ActionPrice price;
  price.each = picojoules(reader, "pj");
  price.source = sentence(reader, "source");
  return price;
}

// The one key of `ways` that the object has.
std::string chosen_way(const ObjectReader& reader, const std::vector<std::string>& ways) {
  std::vector<std::string> given;
  for (const std::string& way : ways)
    if (reader.has(way)) given.push_back(way);
  if (given.size() != 1)
    reader.fail("", fmt::format("expected exactly one of {}", fmt::join(ways, ", ")));
  return given.front();
}

ActionPrice read_action(ObjectReader reader, const Primitives& primitives, const Chip& chip) {
  const std::string way = chosen_way(reader, {"pj", "terms", "included_in", "unpriced"});
  ActionPrice price;
  if (way == "pj") price = read_priced(reader);
  if (way == "terms") price = read_terms(reader, primitives, chip);
  if (way == "included_in") price = read_included(reader);
  if (way == "unpriced") price.source = kUnpriced + sentence(reader, "unpriced");
  reader.finish();
  return price;
}

double working_tiles(const Chip& chip) {
  const Grid grid(chip.topology);
  double tiles = 0;
  for (std::uint32_t i = 0; i < grid.tiles(); ++i) tiles += grid.is_alive(TileId{i}) ? 1 : 0;
  return tiles;
}

double working_cores(const Chip& chip) { return Grid(chip.topology).core_count(); }

StaticPrice read_static(const Json& value, const JsonPlace& place, const Chip& chip) {
  ObjectReader reader(value, place);
  StaticPrice price{reader.word("name", {"leakage", "clock"}), Watts(0), ""};
  const std::string way = chosen_way(reader, {"watts_per_tile", "watts_per_core", "unpriced"});
  if (way == "unpriced") {
    price.source = kUnpriced + sentence(reader, "unpriced");
  } else {
    price.power = Watts(reader.number(way, 0.0, 1e3)) *
                  (way == "watts_per_tile" ? working_tiles(chip) : working_cores(chip));
    price.source = sentence(reader, "source");
  }
  reader.finish();
  return price;
}

void read_statics(ObjectReader& reader, const Chip& chip, Prices& prices) {
  const auto has = [&](const std::string& name) {
    return std::any_of(prices.statics.begin(), prices.statics.end(), [&](const StaticPrice& s) {
      return s.name == name;
    });
  };
  reader.array("statics", [&](const Json& value, const JsonPlace& place) {
    StaticPrice price = read_static(value, place, chip);
    if (has(price.name)) (place / "name").fail("\"" + price.name + "\" appears twice");
    prices.statics.push_back(std::move(price));
  });
  for (const char* name : {"leakage", "clock"})
    if (!has(name))
      reader.fail("statics", fmt::format("\"{}\" is neither priced nor declared unpriced", name));
}

std::optional<Action> action_named(const std::string& name) {
  for (std::size_t i = 0; i < kActionCount; ++i)
    if (name_of(static_cast<Action>(i)) == name) return static_cast<Action>(i);
  return std::nullopt;
}

bool is_unpriced(const std::string& source) { return source.starts_with(kUnpriced); }

// Follows `included_in` to the action that pays.
void check_inclusion(Action action, const Prices& prices, const JsonPlace& actions) {
  const JsonPlace place = actions / name_of(action) / "included_in";
  Action payer = action;
  for (std::size_t steps = 0; !prices.of(payer).included_in.empty(); ++steps) {
    if (steps == kActionCount) place.fail("is circular: no action of the chain has a price");
    payer = *action_named(prices.of(payer).included_in);
  }
  if (payer != action && is_unpriced(prices.of(payer).source))
    place.fail("\"" + name_of(payer) + "\" has no price that could include it");
}

void read_actions(ObjectReader reader,
                  const Primitives& primitives,
                  const Chip& chip,
                  Prices& prices) {
  for (std::size_t i = 0; i < kActionCount; ++i) {
    const std::string& name = name_of(static_cast<Action>(i));
    auto action = reader.optional_object(name);
    if (action) {
      prices.action[i] = read_action(std::move(*action), primitives, chip);
    } else {
      if (is_possible(static_cast<Action>(i), chip))
        reader.fail(name, "this action is neither priced, included nor declared unpriced");
      prices.action[i].source = kImpossible;
    }
  }
  reader.finish();
  for (std::size_t i = 0; i < kActionCount; ++i)
    check_inclusion(static_cast<Action>(i), prices, reader.place());
}

// Of what can happen on this chip in a run.
std::string unpriced_names(const Prices& prices, const Chip& chip) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < kActionCount; ++i)
    if (const auto action = static_cast<Action>(i);
        is_unpriced(prices.of(action).source) && is_possible(action, chip))
      names.push_back(name_of(action));
  for (const StaticPrice& price : prices.statics)
    if (is_unpriced(price.source)) names.push_back(price.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string node_text(ObjectReader& reader) {
  const std::string node = fmt::format("{} nm", reader.number("node_nm", 0.1, 1e5));
  if (!reader.has("voltage_v")) return node;
  return fmt::format("{}, {} V", node, reader.number("voltage_v", 0.01, 100.0));
}

}  // namespace

Prices read_technology(const Json& document, const JsonPlace& place, const Chip& chip) {
  Prices prices;
  ObjectReader reader(document, place);
  reader.word("format", {kFormat});
  prices.technology = read_name(reader);
  prices.description = reader.string("description", "");
  prices.node = node_text(reader);
  prices.level = reader.word("level",
                             {"operations and memory accesses",
                              "whole synaptic operations",
                              "cycles of a program and packets"});
  prices.definition = sentence(reader, "definition");
  const Primitives primitives = read_primitives(reader);
  read_actions(reader.object("actions"), primitives, chip, prices);
  read_statics(reader, chip, prices);
  reader.finish();
  const std::string unpriced = unpriced_names(prices, chip);
  if (!unpriced.empty()) prices.definition += " Not priced: " + unpriced + ".";
  return prices;
}

}  // namespace spikeloom
