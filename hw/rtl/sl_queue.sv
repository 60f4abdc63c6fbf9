// A queue of registers. What is pushed in a cycle is at the head, if it is the only one, in the
// next. Nothing is pushed into a full queue nor popped from an empty one.

module sl_queue #(
  parameter  int unsigned Depth = 4,
  parameter  int unsigned Width = 8,
  localparam int unsigned IndexBits = Depth > 1 ? $clog2(Depth) : 1,
  localparam int unsigned CountBits = $clog2(Depth + 1)
) (
  input  logic             clk_i,
  input  logic             rst_ni,
  input  logic             clear_i,  // empties it; nothing is pushed or popped then
  input  logic             push_i,
  input  logic [Width-1:0] data_i,
  input  logic             pop_i,
  output logic             valid_o,  // something is at the head
  output logic             full_o,
  output logic [Width-1:0] head_o
);

  logic [Width-1:0] slots_q[Depth];
  logic [IndexBits-1:0] head_q, tail_q;
  logic [CountBits-1:0] count_q;

  function automatic [IndexBits-1:0] after(input [IndexBits-1:0] index);
    after = index == IndexBits'(Depth - 1) ? '0 : index + 1'b1;
  endfunction

  assign valid_o = count_q != '0;
  assign full_o  = count_q == CountBits'(Depth);
  assign head_o  = slots_q[head_q];

  always_ff @(posedge clk_i) begin
    if (push_i) slots_q[tail_q] <= data_i;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      head_q  <= '0;
      tail_q  <= '0;
      count_q <= '0;
    end else if (clear_i) begin
      head_q  <= '0;
      tail_q  <= '0;
      count_q <= '0;
    end else if (push_i || pop_i) begin
      if (push_i) tail_q <= after(tail_q);
      if (pop_i) head_q <= after(head_q);
      if (push_i && !pop_i) count_q <= count_q + 1'b1;
      if (pop_i && !push_i) count_q <= count_q - 1'b1;
    end
  end

endmodule
