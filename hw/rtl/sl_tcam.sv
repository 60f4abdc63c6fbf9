// A ternary table with several search ports. An entry matches a key if (key & mask) is the entry's
// key; the first one that matches wins. The answer to a search is there in the next cycle and stays
// until the port's next search. Where the table is large a library's macro takes its place.
//
// A port without a search does not switch, in silicon as in simulation.

module sl_tcam #(
  parameter  int unsigned Entries = 16,
  parameter  int unsigned ValueBits = 8,
  parameter  int unsigned Ports = 1,
  localparam int unsigned KeyBits = sl_pkg::KeyBits,
  localparam int unsigned IndexBits = Entries > 1 ? $clog2(Entries) : 1
) (
  input logic clk_i,
  input logic rst_ni,

  // An entry that was never written, or is written without valid, matches nothing.
  input logic                 write_i,
  input logic [IndexBits-1:0] write_index_i,
  input logic                 write_valid_i,
  input logic [  KeyBits-1:0] write_key_i,
  input logic [  KeyBits-1:0] write_mask_i,
  input logic [ValueBits-1:0] write_value_i,

  input  logic [          Ports-1:0] search_i,
  input  logic [  Ports*KeyBits-1:0] key_i,
  output logic [          Ports-1:0] match_o,
  output logic [Ports*ValueBits-1:0] value_o,  // of the first entry that matches, if one does
  output logic [  Ports*KeyBits-1:0] rest_o    // key & ~mask of that entry
);

  logic [  Entries-1:0] valid_q;
  logic [  KeyBits-1:0] entry_key_q [Entries];
  logic [  KeyBits-1:0] entry_mask_q[Entries];
  logic [ValueBits-1:0] entry_value_q[Entries];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) valid_q <= '0;
    else if (write_i) valid_q[write_index_i] <= write_valid_i;
  end

  always_ff @(posedge clk_i) begin
    if (write_i) begin
      entry_key_q[write_index_i] <= write_key_i;
      entry_mask_q[write_index_i] <= write_mask_i;
      entry_value_q[write_index_i] <= write_value_i;
    end
  end

  for (genvar p = 0; p < Ports; p++) begin : gen_port
    logic [  KeyBits-1:0] key;
    logic                 match_q;
    logic [IndexBits-1:0] index_q;
    logic [  KeyBits-1:0] key_q;

    assign key = key_i[p*KeyBits +: KeyBits];

    // From the last entry to the first, which has the last word.
    always_ff @(posedge clk_i) begin
      if (search_i[p]) begin
        match_q <= 1'b0;
        key_q   <= key;
        for (int i = Entries - 1; i >= 0; i--) begin
          if (valid_q[i] && (key & entry_mask_q[i]) == entry_key_q[i]) begin
            match_q <= 1'b1;
            index_q <= IndexBits'(i);
          end
        end
      end
    end

    assign match_o[p] = match_q;
    assign value_o[p*ValueBits +: ValueBits] = entry_value_q[index_q];
    assign rest_o[p*KeyBits +: KeyBits] = key_q & ~entry_mask_q[index_q];
  end

endmodule
