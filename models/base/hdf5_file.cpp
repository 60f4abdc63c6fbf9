#include "models/base/hdf5_file.hpp"

#include <hdf5.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>
#include <type_traits>
#include <utility>

#include "models/base/error.hpp"
#include "models/base/hdf5_probe.hpp"

namespace spikeloom {
namespace {

/// Owns an HDF5 identifier.
class Handle {
 public:
  using Close = herr_t (*)(hid_t);
  Handle() = default;
  Handle(hid_t id, Close close) : id_(id), close_(close) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  ~Handle() { reset(); }
  void reset() {
    if (id_ >= 0) close_(std::exchange(id_, -1));
  }
  bool valid() const { return id_ >= 0; }
  hid_t get() const { return id_; }

 private:
  hid_t id_ = -1;
  Close close_ = nullptr;
};

void silence_error_stack() { H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); }

template <typename T>
hid_t native_type() {
  if constexpr (std::is_same_v<T, double>) return H5T_NATIVE_DOUBLE;
  if constexpr (std::is_same_v<T, float>) return H5T_NATIVE_FLOAT;
  if constexpr (std::is_same_v<T, std::int8_t>) return H5T_NATIVE_INT8;
  if constexpr (std::is_same_v<T, std::int16_t>) return H5T_NATIVE_INT16;
  if constexpr (std::is_same_v<T, std::int32_t>) return H5T_NATIVE_INT32;
  if constexpr (std::is_same_v<T, std::int64_t>) return H5T_NATIVE_INT64;
  if constexpr (std::is_same_v<T, std::uint8_t>) return H5T_NATIVE_UINT8;
  if constexpr (std::is_same_v<T, std::uint16_t>) return H5T_NATIVE_UINT16;
  if constexpr (std::is_same_v<T, std::uint32_t>) return H5T_NATIVE_UINT32;
  if constexpr (std::is_same_v<T, std::uint64_t>) return H5T_NATIVE_UINT64;
}

Handle variable_text_type() {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), H5T_VARIABLE);
  H5Tset_cset(type.get(), H5T_CSET_UTF8);
  return type;
}

/// What the HDF5 library could not read, for whatever reason: damage, mostly.
struct Unreadable : InputError {
  using InputError::InputError;
};

/// What a file is missing or wrong about, at one of its objects.
struct Place {
  const std::string& file;
  const std::string& path;
  [[noreturn]] void fail(const std::string& sentence) const {
    throw InputError(file, path, sentence);
  }
};

std::vector<hsize_t> extents_of(hid_t space) {
  const int rank = H5Sget_simple_extent_ndims(space);
  std::vector<hsize_t> extents(static_cast<std::size_t>(std::max(rank, 0)));
  if (rank > 0) H5Sget_simple_extent_dims(space, extents.data(), nullptr);
  return extents;
}

/// Number of elements, refused above kMaxHdf5Elements (without overflow on the way).
std::size_t bounded_count(const std::vector<hsize_t>& extents, const Place& place) {
  std::size_t count = 1;
  for (const hsize_t extent : extents) {
    if (extent == 0) return 0;
    if (extent > kMaxHdf5Elements / count)
      place.fail("has more than " + std::to_string(kMaxHdf5Elements) + " elements");
    count *= static_cast<std::size_t>(extent);
  }
  return count;
}

/// An open dataset or attribute: what it declares, and how its bytes are fetched.
struct Source {
  Place place;
  Handle type;
  Handle space;
  std::vector<std::size_t> shape;
  std::size_t count = 0;
  std::function<bool(hid_t memory_type, void* buffer)> fetch;

  void fetch_or_fail(hid_t memory_type, void* buffer) const {
    if (!fetch(memory_type, buffer))
      throw Unreadable(place.file, place.path, "cannot be read (damaged)");
  }
};

void describe(Source& source) {
  if (H5Sget_simple_extent_type(source.space.get()) == H5S_NULL) source.place.fail("has no value");
  const std::vector<hsize_t> extents = extents_of(source.space.get());
  source.count = bounded_count(extents, source.place);
  source.shape.assign(extents.begin(), extents.end());
}

/// Deflate shrinks at most 1032 times, so a dataset that declares far more than it stores is mostly
/// unwritten: reading it would take memory for nothing.
void refuse_unwritten(const Handle& dataset, const Source& source) {
  constexpr hsize_t kMaxRatio = 1100, kSlack = 65536;
  const hsize_t bytes = source.count * H5Tget_size(source.type.get());
  const hsize_t stored = H5Dget_storage_size(dataset.get());
  if (bytes > 0 && (stored == 0 || bytes / kMaxRatio > stored + kSlack))
    source.place.fail("declares " + std::to_string(source.count) + " elements but stores only " +
                      std::to_string(stored) + " bytes");
}

void refuse_unknown_filters(const Handle& dataset, const Source& source) {
  const Handle creation(H5Dget_create_plist(dataset.get()), H5Pclose);
  const int count = H5Pget_nfilters(creation.get());
  for (int i = 0; i < count; ++i) {
    unsigned flags = 0, settings = 0;
    std::size_t values = 0;
    char name[64] = "";
    const H5Z_filter_t filter = H5Pget_filter2(creation.get(),
                                               static_cast<unsigned>(i),
                                               &flags,
                                               &values,
                                               nullptr,
                                               sizeof name,
                                               name,
                                               &settings);
    if (H5Zfilter_avail(filter) <= 0)
      source.place.fail("is compressed by filter " + std::to_string(filter) + " (" + name +
                        "), which the HDF5 library does not have");
  }
}

std::string kind_of(H5T_class_t kind) {
  switch (kind) {
    case H5T_INTEGER:
      return "integers";
    case H5T_FLOAT:
      return "floating-point numbers";
    case H5T_STRING:
      return "text";
    case H5T_VLEN:
      return "variable-length arrays";
    case H5T_COMPOUND:
      return "records";
    default:
      return "an unsupported type";
  }
}

template <typename T, typename Wide>
std::vector<T> narrowed(const std::vector<Wide>& wide, const Place& place) {
  std::vector<T> values;
  values.reserve(wide.size());
  for (const Wide value : wide) {
    if (!std::in_range<T>(value))
      place.fail("holds " + std::to_string(value) + ", allowed are " +
                 std::to_string(std::numeric_limits<T>::min()) + " to " +
                 std::to_string(std::numeric_limits<T>::max()));
    values.push_back(static_cast<T>(value));
  }
  return values;
}

template <typename T>
std::vector<T> fetch_as(const Source& source) {
  std::vector<T> values(source.count);
  if (source.count > 0) source.fetch_or_fail(native_type<T>(), values.data());
  return values;
}

/// HDF5 itself clips integers that do not fit, silently; hence the detour over the widest type.
template <typename T>
std::vector<T> fetch_integers(const Source& source) {
  const hid_t type = source.type.get();
  const bool is_signed = H5Tget_sign(type) == H5T_SGN_2;
  if (H5Tget_size(type) == sizeof(T) && is_signed == std::is_signed_v<T>)
    return fetch_as<T>(source);
  return is_signed ? narrowed<T>(fetch_as<std::int64_t>(source), source.place)
                   : narrowed<T>(fetch_as<std::uint64_t>(source), source.place);
}

/// An enumeration of FALSE = 0 and TRUE = 1, as h5py writes NumPy's truth values.
bool is_truth(hid_t type) {
  if (H5Tget_nmembers(type) != 2 || H5Tget_size(type) != 1) return false;
  std::int8_t no = -1, yes = -1;
  return H5Tenum_valueof(type, "FALSE", &no) >= 0 && H5Tenum_valueof(type, "TRUE", &yes) >= 0 &&
         no == 0 && yes == 1;
}

template <typename T>
std::vector<T> fetch_truths(const Source& source) {
  if (!is_truth(source.type.get())) source.place.fail("holds an enumeration, expected numbers");
  std::vector<std::int8_t> bytes(source.count);
  if (source.count > 0) source.fetch_or_fail(source.type.get(), bytes.data());
  for (const std::int8_t byte : bytes)
    if (byte != 0 && byte != 1)
      source.place.fail("holds " + std::to_string(byte) + ", expected truth values");
  return {bytes.begin(), bytes.end()};
}

template <typename T>
std::vector<T> fetch_numbers(const Source& source) {
  const H5T_class_t kind = H5Tget_class(source.type.get());
  if (kind == H5T_ENUM) return fetch_truths<T>(source);
  if constexpr (std::is_floating_point_v<T>) {
    if (kind != H5T_INTEGER && kind != H5T_FLOAT)
      source.place.fail("holds " + kind_of(kind) + ", expected numbers");
    return fetch_as<T>(source);
  } else {
    if (kind != H5T_INTEGER) source.place.fail("holds " + kind_of(kind) + ", expected integers");
    return fetch_integers<T>(source);
  }
}

std::vector<std::string> fetch_variable_texts(const Source& source) {
  const Handle type = variable_text_type();
  H5Tset_cset(type.get(), H5Tget_cset(source.type.get()));
  std::vector<char*> pointers(source.count, nullptr);
  source.fetch_or_fail(type.get(), pointers.data());
  std::vector<std::string> texts;
  for (const char* text : pointers) texts.emplace_back(text ? text : "");
  H5Dvlen_reclaim(type.get(), source.space.get(), H5P_DEFAULT, pointers.data());
  return texts;
}

std::vector<std::string> fetch_fixed_texts(const Source& source) {
  const std::size_t width = H5Tget_size(source.type.get());
  if (width > kMaxHdf5Elements / std::max<std::size_t>(source.count, 1))
    source.place.fail("has more than " + std::to_string(kMaxHdf5Elements) + " bytes of text");
  std::vector<char> bytes(source.count * width);
  source.fetch_or_fail(source.type.get(), bytes.data());
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < source.count; ++i) {
    const char* first = bytes.data() + i * width;
    texts.emplace_back(first, std::find(first, first + width, '\0'));
  }
  return texts;
}

std::vector<std::string> fetch_texts(const Source& source) {
  const H5T_class_t kind = H5Tget_class(source.type.get());
  if (kind != H5T_STRING) source.place.fail("holds " + kind_of(kind) + ", expected text");
  if (source.count == 0) return {};
  return H5Tis_variable_str(source.type.get()) > 0 ? fetch_variable_texts(source)
                                                   : fetch_fixed_texts(source);
}

void refuse_several(const Source& source) {
  if (source.count != 1)
    source.place.fail("has " + std::to_string(source.count) + " elements, expected one");
}

std::string only_text(const Source& source) {
  if (H5Tget_class(source.type.get()) == H5T_STRING) refuse_several(source);
  return fetch_texts(source).front();
}

/// For HDF5's iterations over links, attributes and objects.
template <typename Info>
herr_t append_name(hid_t, const char* name, const Info*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

/// Links into other files are not followed: nobody has tried those.
herr_t refuse_link(const char*, const char*, const char*, const char*, unsigned*, hid_t, void*) {
  return -1;
}

Handle local_links_only() {
  Handle access(H5Pcreate(H5P_LINK_ACCESS), H5Pclose);
  H5Pset_elink_cb(access.get(), refuse_link, nullptr);
  return access;
}

/// Reads. What is refused with a reason is refused again when somebody asks for it; what the
/// library fails to read may have failed for want of memory, of which there may be more next time.
template <typename Read>
void try_reading(const Read& read) {
  try {
    read();
  } catch (const Unreadable&) {
    throw;
  } catch (const InputError&) {
  }
}

/// The path's prefixes, shortest first: "/a", "/a/b" for "/a/b".
std::vector<std::string> prefixes_of(const std::string& path) {
  std::vector<std::string> prefixes;
  for (std::size_t at = path.find_first_not_of('/'); at < path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    if (end > at) prefixes.push_back(path.substr(0, end));
    at = end + 1;
  }
  return prefixes;
}

}  // namespace

// ---- reading ---------------------------------------------------------------------------------

struct Hdf5Reader::State {
  std::string name;
  Handle file;
  Handle local = local_links_only();

  bool open() {
    file = Handle(H5Fopen(name.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
    return file.valid();
  }
  Handle open_object(const std::string& path) const {
    return Handle(H5Oopen(file.get(), path.c_str(), local.get()), H5Oclose);
  }
  Handle open_dataset(const std::string& path) const;
  [[noreturn]] void fail_missing(const std::string& path) const;
  /// Paths of all objects; names of an object's attributes; rows of a list of arrays, else 0.
  std::vector<std::string> objects() const;
  std::vector<std::string> attributes_of(const std::string& object) const;
  std::size_t row_count(const std::string& path) const;
  Source dataset_source(const Handle& dataset, const std::string& path) const;
  template <typename Read>
  auto with_dataset(const std::string& path, const Read& read) const;
  template <typename Read>
  auto with_attribute(const std::string& object, const std::string& attribute, Read read) const;
};

void Hdf5Reader::State::fail_missing(const std::string& path) const {
  for (const std::string& prefix : prefixes_of(path)) {
    if (open_object(prefix).valid()) continue;
    if (H5Lexists(file.get(), prefix.c_str(), local.get()) <= 0) break;
    throw InputError(name, prefix, "is a link that leads to nothing in this file");
  }
  throw InputError(name, path, "is missing");
}

Handle Hdf5Reader::State::open_dataset(const std::string& path) const {
  Handle object = open_object(path);
  if (!object.valid()) fail_missing(path);
  if (H5Iget_type(object.get()) != H5I_DATASET)
    throw InputError(name, path, "is a group, expected a dataset");
  return object;
}

Source Hdf5Reader::State::dataset_source(const Handle& dataset, const std::string& path) const {
  const hid_t id = dataset.get();
  Source source{{name, path}, {H5Dget_type(id), H5Tclose}, {H5Dget_space(id), H5Sclose}, {}, 0, {}};
  describe(source);
  source.fetch = [id](hid_t memory_type, void* buffer) {
    return H5Dread(id, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer) >= 0;
  };
  return source;
}

template <typename Read>
auto Hdf5Reader::State::with_dataset(const std::string& path, const Read& read) const {
  const Handle dataset = open_dataset(path);
  const Source source = dataset_source(dataset, path);
  refuse_unwritten(dataset, source);
  refuse_unknown_filters(dataset, source);
  return read(source);
}

template <typename Read>
auto Hdf5Reader::State::with_attribute(const std::string& object,
                                       const std::string& attribute,
                                       Read read) const {
  const std::string path = object + "@" + attribute;
  const Handle handle(
      H5Aopen_by_name(file.get(), object.c_str(), attribute.c_str(), H5P_DEFAULT, local.get()),
      H5Aclose);
  if (!handle.valid()) throw InputError(name, path, "is missing");
  const hid_t id = handle.get();
  Source source{{name, path}, {H5Aget_type(id), H5Tclose}, {H5Aget_space(id), H5Sclose}, {}, 0, {}};
  describe(source);
  source.fetch = [id](hid_t type, void* buffer) { return H5Aread(id, type, buffer) >= 0; };
  return read(source);
}

std::vector<std::string> Hdf5Reader::State::objects() const {
  std::vector<std::string> paths;
  if (H5Ovisit(file.get(), H5_INDEX_NAME, H5_ITER_INC, append_name<H5O_info_t>, &paths) < 0)
    throw Unreadable(name, "", "cannot be walked (damaged)");
  for (std::string& path : paths)
    if (path == ".")
      path = "/";
    else
      path.insert(0, "/");
  return paths;
}

std::vector<std::string> Hdf5Reader::State::attributes_of(const std::string& object) const {
  std::vector<std::string> names;
  const Handle handle = open_object(object);
  if (H5Aiterate2(
          handle.get(), H5_INDEX_NAME, H5_ITER_INC, nullptr, append_name<H5A_info_t>, &names) < 0)
    throw Unreadable(name, object, "has attributes that cannot be listed (damaged)");
  return names;
}

std::size_t Hdf5Reader::State::row_count(const std::string& path) const {
  const Handle dataset = open_dataset(path);
  const Source source = dataset_source(dataset, path);
  refuse_unknown_filters(dataset, source);
  return H5Tget_class(source.type.get()) == H5T_VLEN ? source.count : 0;
}

Hdf5Reader::Hdf5Reader(const std::string& path) : state_(std::make_unique<State>()) {
  silence_error_stack();
  state_->name = path;
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) throw InputError(path, "", "file does not exist");
  if (!std::filesystem::is_regular_file(path, ignored) || H5Fis_hdf5(path.c_str()) <= 0)
    throw InputError(path, "", "is not an HDF5 file");
  require_survival(path, [this] {
    if (state_->open()) try_everything();
  });
  if (!state_->open())
    throw InputError(path, "", "cannot be opened as an HDF5 file (damaged, or being written)");
}

Hdf5Reader::~Hdf5Reader() = default;
Hdf5Reader::Hdf5Reader(Hdf5Reader&&) noexcept = default;
Hdf5Reader& Hdf5Reader::operator=(Hdf5Reader&&) noexcept = default;

const std::string& Hdf5Reader::file() const { return state_->name; }

bool Hdf5Reader::exists(const std::string& path) const { return state_->open_object(path).valid(); }

bool Hdf5Reader::is_group(const std::string& path) const {
  const Handle object = state_->open_object(path);
  return object.valid() && H5Iget_type(object.get()) == H5I_GROUP;
}

bool Hdf5Reader::is_dataset(const std::string& path) const {
  const Handle object = state_->open_object(path);
  return object.valid() && H5Iget_type(object.get()) == H5I_DATASET;
}

std::vector<std::string> Hdf5Reader::members(const std::string& group) const {
  const Handle object = state_->open_object(group);
  if (!object.valid()) state_->fail_missing(group);
  if (H5Iget_type(object.get()) != H5I_GROUP) fail(group, "is a dataset, expected a group");
  std::vector<std::string> names;
  if (H5Literate(
          object.get(), H5_INDEX_NAME, H5_ITER_INC, nullptr, append_name<H5L_info_t>, &names) < 0)
    throw Unreadable(file(), group, "cannot be listed (damaged)");
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::size_t> Hdf5Reader::shape(const std::string& path) const {
  return state_->dataset_source(state_->open_dataset(path), path).shape;
}

bool Hdf5Reader::has_value(const std::string& path) const {
  const Handle dataset = state_->open_dataset(path);
  const Handle space(H5Dget_space(dataset.get()), H5Sclose);
  return H5Sget_simple_extent_type(space.get()) != H5S_NULL;
}

bool Hdf5Reader::holds_text(const std::string& path) const {
  const Source source = state_->dataset_source(state_->open_dataset(path), path);
  return H5Tget_class(source.type.get()) == H5T_STRING;
}

template <typename T>
Hdf5Array<T> Hdf5Reader::read(const std::string& path) const {
  return state_->with_dataset(path, [](const Source& source) {
    return Hdf5Array<T>{source.shape, fetch_numbers<T>(source)};
  });
}

template <typename T>
T Hdf5Reader::read_scalar(const std::string& path) const {
  return state_->with_dataset(path, [](const Source& source) {
    refuse_several(source);
    return fetch_numbers<T>(source).front();
  });
}

std::string Hdf5Reader::read_string(const std::string& path) const {
  return state_->with_dataset(path, [](const Source& source) { return only_text(source); });
}

Hdf5Array<std::string> Hdf5Reader::read_strings(const std::string& path) const {
  return state_->with_dataset(path, [](const Source& source) {
    return Hdf5Array<std::string>{source.shape, fetch_texts(source)};
  });
}

std::vector<double> Hdf5Reader::read_row(const std::string& path, std::size_t row) const {
  const Handle dataset = state_->open_dataset(path);
  const Source source = state_->dataset_source(dataset, path);
  if (source.shape.size() != 1 || H5Tget_class(source.type.get()) != H5T_VLEN)
    fail(path, "expected a list of variable-length arrays");
  if (row >= source.count) fail(path, "has no row " + std::to_string(row));
  refuse_unknown_filters(dataset, source);
  const Handle element(H5Tget_super(source.type.get()), H5Tclose);
  const H5T_class_t kind = H5Tget_class(element.get());
  if (kind != H5T_INTEGER && kind != H5T_FLOAT)
    fail(path, "holds arrays of " + kind_of(kind) + ", expected numbers");

  const hsize_t first = row, one = 1;
  const Handle selected(H5Scopy(source.space.get()), H5Sclose);
  H5Sselect_hyperslab(selected.get(), H5S_SELECT_SET, &first, nullptr, &one, nullptr);
  const Handle single(H5Screate_simple(1, &one, nullptr), H5Sclose);
  const Handle memory_type(H5Tvlen_create(H5T_NATIVE_DOUBLE), H5Tclose);
  hvl_t array{0, nullptr};
  if (H5Dread(dataset.get(), memory_type.get(), single.get(), selected.get(), H5P_DEFAULT, &array) <
      0)
    throw Unreadable(file(), path, "row " + std::to_string(row) + " cannot be read (damaged)");
  const double* values = static_cast<const double*>(array.p);
  std::vector<double> result(values, values + array.len);
  H5Dvlen_reclaim(memory_type.get(), single.get(), H5P_DEFAULT, &array);
  return result;
}

double Hdf5Reader::read_number_attribute(const std::string& object, const std::string& name) const {
  return state_->with_attribute(object, name, [](const Source& source) {
    refuse_several(source);
    return fetch_numbers<double>(source).front();
  });
}

std::string Hdf5Reader::read_string_attribute(const std::string& object,
                                              const std::string& name) const {
  return state_->with_attribute(
      object, name, [](const Source& source) { return only_text(source); });
}

/// Reads a dataset as all kinds: the wrong ones are refused at once.
void Hdf5Reader::try_dataset(const std::string& path) const {
  try_reading([&] { read<double>(path); });
  try_reading([&] { read<std::int64_t>(path); });
  try_reading([&] { read_strings(path); });
  std::size_t rows = 0;
  try_reading([&] { rows = state_->row_count(path); });
  for (std::size_t row = 0; row < rows; ++row) try_reading([&] { read_row(path, row); });
}

void Hdf5Reader::try_attributes(const std::string& object) const {
  for (const std::string& name : state_->attributes_of(object)) {
    try_reading([&] { read_number_attribute(object, name); });
    try_reading([&] { read_string_attribute(object, name); });
  }
}

void Hdf5Reader::try_everything() const {
  for (const std::string& path : state_->objects()) {
    if (is_dataset(path)) try_dataset(path);
    if (is_group(path)) try_reading([&] { members(path); });
    try_attributes(path);
  }
}

void Hdf5Reader::fail(const std::string& path, const std::string& sentence) const {
  throw InputError(state_->name, path, sentence);
}

// ---- writing ---------------------------------------------------------------------------------

struct Hdf5Writer::State {
  std::string name;
  std::string unfinished;
  Handle file;

  ~State() {
    if (!file.valid()) return;
    file.reset();
    std::error_code ignored;
    std::filesystem::remove(unfinished, ignored);
  }
  void check(bool done, const std::string& path) const {
    if (!done) throw InputError(name, path, "cannot be written");
  }
  void make_group(const std::string& path) const;
  void make_parents(const std::string& path) const;
  void put(const std::string& path,
           const std::vector<std::size_t>& shape,
           hid_t type,
           hid_t creation,
           const void* values) const;
  void make_growing(const std::string& path,
                    const std::vector<std::size_t>& row,
                    hid_t type,
                    hid_t creation) const;
  void put_next(const std::string& path, hid_t type, const void* values) const;
  void put_attribute(const std::string& object,
                     const std::string& attribute,
                     hid_t type,
                     const void* value) const;
};

namespace {

Handle space_of(const std::vector<std::size_t>& shape) {
  if (shape.empty()) return Handle(H5Screate(H5S_SCALAR), H5Sclose);
  const std::vector<hsize_t> extents(shape.begin(), shape.end());
  return Handle(H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr),
                H5Sclose);
}

/// Properties of a new dataset; without times, so that equal contents are equal bytes.
Handle plain_creation() {
  Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation.get(), false);
  return creation;
}

/// Halves the slowest extents until a chunk has at most 1 MiB.
std::vector<hsize_t> chunk_of(const std::vector<std::size_t>& shape, std::size_t element_bytes) {
  constexpr std::size_t kChunkBytes = std::size_t{1} << 20;
  std::vector<hsize_t> chunk(shape.begin(), shape.end());
  const auto bytes = [&] {
    return std::accumulate(chunk.begin(), chunk.end(), hsize_t{element_bytes}, std::multiplies<>());
  };
  for (std::size_t axis = 0; axis < chunk.size(); ++axis)
    while (chunk[axis] > 1 && bytes() > kChunkBytes) chunk[axis] = (chunk[axis] + 1) / 2;
  return chunk;
}

Handle compressed_creation(const std::vector<std::size_t>& shape, std::size_t element) {
  Handle creation = plain_creation();
  const std::vector<hsize_t> chunk = chunk_of(shape, element);
  H5Pset_chunk(creation.get(), static_cast<int>(chunk.size()), chunk.data());
  H5Pset_shuffle(creation.get());
  H5Pset_deflate(creation.get(), 4);
  return creation;
}

Handle creation_for(const std::vector<std::size_t>& shape, std::size_t bytes, std::size_t element) {
  constexpr std::size_t kSmallBytes = 4096;  // below, a chunk index costs more than it saves
  const bool small = shape.empty() || bytes < kSmallBytes;
  return small ? plain_creation() : compressed_creation(shape, element);
}

std::size_t product_of(const std::vector<std::size_t>& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
}

}  // namespace

void Hdf5Writer::State::make_group(const std::string& path) const {
  if (H5Lexists(file.get(), path.c_str(), H5P_DEFAULT) > 0) return;
  const Handle creation(H5Pcreate(H5P_GROUP_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation.get(), false);
  const Handle made(H5Gcreate2(file.get(), path.c_str(), H5P_DEFAULT, creation.get(), H5P_DEFAULT),
                    H5Gclose);
  check(made.valid(), path);
}

void Hdf5Writer::State::make_parents(const std::string& path) const {
  std::vector<std::string> prefixes = prefixes_of(path);
  SPIKELOOM_CHECK(!prefixes.empty(), "an object to write has a name");
  prefixes.pop_back();
  for (const std::string& prefix : prefixes) make_group(prefix);
}

void Hdf5Writer::State::put(const std::string& path,
                            const std::vector<std::size_t>& shape,
                            hid_t type,
                            hid_t creation,
                            const void* values) const {
  make_parents(path);
  const Handle space = space_of(shape);
  const Handle dataset(
      H5Dcreate2(file.get(), path.c_str(), type, space.get(), H5P_DEFAULT, creation, H5P_DEFAULT),
      H5Dclose);
  check(dataset.valid(), path);
  if (product_of(shape) == 0) return;
  check(H5Dwrite(dataset.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0, path);
}

void Hdf5Writer::State::make_growing(const std::string& path,
                                     const std::vector<std::size_t>& row,
                                     hid_t type,
                                     hid_t creation) const {
  make_parents(path);
  std::vector<hsize_t> none{0}, most{H5S_UNLIMITED};
  none.insert(none.end(), row.begin(), row.end());
  most.insert(most.end(), row.begin(), row.end());
  const Handle space(H5Screate_simple(static_cast<int>(none.size()), none.data(), most.data()),
                     H5Sclose);
  const Handle dataset(
      H5Dcreate2(file.get(), path.c_str(), type, space.get(), H5P_DEFAULT, creation, H5P_DEFAULT),
      H5Dclose);
  check(dataset.valid(), path);
}

void Hdf5Writer::State::put_next(const std::string& path, hid_t type, const void* values) const {
  const Handle dataset(H5Dopen2(file.get(), path.c_str(), H5P_DEFAULT), H5Dclose);
  const Handle old_space(H5Dget_space(dataset.get()), H5Sclose);
  std::vector<hsize_t> extents(
      static_cast<std::size_t>(H5Sget_simple_extent_ndims(old_space.get())));
  H5Sget_simple_extent_dims(old_space.get(), extents.data(), nullptr);
  std::vector<hsize_t> start(extents.size(), 0), count = extents;
  start[0] = extents[0]++;
  count[0] = 1;
  check(H5Dset_extent(dataset.get(), extents.data()) >= 0, path);
  const Handle space(H5Dget_space(dataset.get()), H5Sclose);
  H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr);
  const Handle memory(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr),
                      H5Sclose);
  check(H5Dwrite(dataset.get(), type, memory.get(), space.get(), H5P_DEFAULT, values) >= 0, path);
}

void Hdf5Writer::State::put_attribute(const std::string& object,
                                      const std::string& attribute,
                                      hid_t type,
                                      const void* value) const {
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const Handle made(H5Acreate_by_name(file.get(),
                                      object.c_str(),
                                      attribute.c_str(),
                                      type,
                                      space.get(),
                                      H5P_DEFAULT,
                                      H5P_DEFAULT,
                                      H5P_DEFAULT),
                    H5Aclose);
  check(made.valid() && H5Awrite(made.get(), type, value) >= 0, object + "@" + attribute);
}

Hdf5Writer::Hdf5Writer(const std::string& path) : state_(std::make_unique<State>()) {
  silence_error_stack();
  state_->name = path;
  state_->unfinished = path + ".part";
  const Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation.get(), false);
  state_->file = Handle(
      H5Fcreate(state_->unfinished.c_str(), H5F_ACC_TRUNC, creation.get(), H5P_DEFAULT), H5Fclose);
  if (!state_->file.valid())
    throw InputError(path, "", "cannot be created (does its folder exist, and may it be written?)");
}

Hdf5Writer::~Hdf5Writer() = default;
Hdf5Writer::Hdf5Writer(Hdf5Writer&&) noexcept = default;
Hdf5Writer& Hdf5Writer::operator=(Hdf5Writer&&) noexcept = default;

void Hdf5Writer::group(const std::string& path) {
  for (const std::string& prefix : prefixes_of(path)) state_->make_group(prefix);
}

template <typename T>
void Hdf5Writer::write(const std::string& path,
                       const std::vector<std::size_t>& shape,
                       std::span<const T> values) {
  SPIKELOOM_CHECK(values.size() == product_of(shape), "the values fill the shape");
  const Handle creation = creation_for(shape, values.size_bytes(), sizeof(T));
  state_->put(path, shape, native_type<T>(), creation.get(), values.data());
}

template <typename T>
void Hdf5Writer::append(const std::string& path,
                        const std::vector<std::size_t>& row,
                        std::span<const T> values) {
  SPIKELOOM_CHECK(!values.empty() && values.size() == product_of(row), "the values fill the row");
  if (H5Lexists(state_->file.get(), path.c_str(), H5P_DEFAULT) <= 0) {
    std::vector<std::size_t> chunk{1};
    chunk.insert(chunk.end(), row.begin(), row.end());
    state_->make_growing(path, row, native_type<T>(), compressed_creation(chunk, sizeof(T)).get());
  }
  state_->put_next(path, native_type<T>(), values.data());
}

template <typename T>
void Hdf5Writer::write_scalar(const std::string& path, T value) {
  write<T>(path, {}, std::span<const T>(&value, 1));
}

void Hdf5Writer::write_string(const std::string& path, const std::string& text) {
  write_strings(path, {}, {text});
}

void Hdf5Writer::write_strings(const std::string& path,
                               const std::vector<std::size_t>& shape,
                               const std::vector<std::string>& texts) {
  SPIKELOOM_CHECK(texts.size() == product_of(shape), "the texts fill the shape");
  std::vector<const char*> pointers;
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  const Handle type = variable_text_type(), creation = plain_creation();
  state_->put(path, shape, type.get(), creation.get(), pointers.data());
}

template <typename T>
void Hdf5Writer::write_rows(const std::string& path, const std::vector<std::vector<T>>& rows) {
  std::vector<hvl_t> arrays;
  // HDF5 takes the pointer as mutable but only reads it.
  for (const std::vector<T>& row : rows) arrays.push_back({row.size(), const_cast<T*>(row.data())});
  const Handle type(H5Tvlen_create(native_type<T>()), H5Tclose), creation = plain_creation();
  state_->put(path, {rows.size()}, type.get(), creation.get(), arrays.data());
}

void Hdf5Writer::write_attribute(const std::string& object, const std::string& name, double value) {
  state_->put_attribute(object, name, H5T_NATIVE_DOUBLE, &value);
}

void Hdf5Writer::write_attribute(const std::string& object,
                                 const std::string& name,
                                 std::int64_t value) {
  state_->put_attribute(object, name, H5T_NATIVE_INT64, &value);
}

void Hdf5Writer::write_attribute(const std::string& object,
                                 const std::string& name,
                                 const std::string& text) {
  const Handle type = variable_text_type();
  const char* pointer = text.c_str();
  state_->put_attribute(object, name, type.get(), &pointer);
}

void Hdf5Writer::finish() {
  state_->check(H5Fflush(state_->file.get(), H5F_SCOPE_GLOBAL) >= 0, "");
  state_->file.reset();
  std::error_code failure;
  std::filesystem::rename(state_->unfinished, state_->name, failure);
  if (!failure) return;
  std::error_code ignored;
  std::filesystem::remove(state_->unfinished, ignored);
  throw InputError(state_->name, "", "cannot be written: " + failure.message());
}

#define SPIKELOOM_HDF5_TYPE(T)                                                  \
  template Hdf5Array<T> Hdf5Reader::read<T>(const std::string&) const;          \
  template T Hdf5Reader::read_scalar<T>(const std::string&) const;              \
  template void Hdf5Writer::write<T>(                                           \
      const std::string&, const std::vector<std::size_t>&, std::span<const T>); \
  template void Hdf5Writer::append<T>(                                          \
      const std::string&, const std::vector<std::size_t>&, std::span<const T>); \
  template void Hdf5Writer::write_scalar<T>(const std::string&, T);             \
  template void Hdf5Writer::write_rows<T>(const std::string&, const std::vector<std::vector<T>>&);
SPIKELOOM_HDF5_TYPE(double)
SPIKELOOM_HDF5_TYPE(float)
SPIKELOOM_HDF5_TYPE(std::int8_t)
SPIKELOOM_HDF5_TYPE(std::int16_t)
SPIKELOOM_HDF5_TYPE(std::int32_t)
SPIKELOOM_HDF5_TYPE(std::int64_t)
SPIKELOOM_HDF5_TYPE(std::uint8_t)
SPIKELOOM_HDF5_TYPE(std::uint16_t)
SPIKELOOM_HDF5_TYPE(std::uint32_t)
SPIKELOOM_HDF5_TYPE(std::uint64_t)
#undef SPIKELOOM_HDF5_TYPE

}  // namespace spikeloom
